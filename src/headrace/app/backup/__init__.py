"""Backups: a data directory as one file, taken while the server works, and put back only if every byte is right."""
