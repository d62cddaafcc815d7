"""What can be drawn: the catalogue of node types and their descriptions.

Leaves to `executor` the running of nodes. The built-in nodes are under `builtin`, and come in by the same door as
anybody's.
"""
