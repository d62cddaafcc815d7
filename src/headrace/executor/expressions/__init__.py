"""Expressions: what is plain is answered here, everything else by V8 in a worker process."""
