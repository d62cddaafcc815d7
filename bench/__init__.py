"""Benchmarks: whole runs from the command line, several times each, as medians."""
