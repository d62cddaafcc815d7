"""The bytes that steps exchange, stored by reference.

Owns payloads and their life time: a payload belongs to one execution and goes with it. Leaves to others what the
bytes mean.
"""
