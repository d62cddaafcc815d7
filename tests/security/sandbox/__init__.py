"""Attacks on the sandbox: expressions, JavaScript and Python that try to get out, in, or at each other."""
