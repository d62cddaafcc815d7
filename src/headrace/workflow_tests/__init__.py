"""Workflow tests: workflow files run against fixtures kept beside them; what they put out is what is expected.

A way into the program, as the command line is: the executor that serves runs each test, in memory (`app.rehearsing`).
"""
