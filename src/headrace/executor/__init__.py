"""Doing the work: running nodes, evaluating expressions, and the sandboxes that untrusted code runs in.

Leaves to `executions` what runs next, and to the nodes what they do.
"""
