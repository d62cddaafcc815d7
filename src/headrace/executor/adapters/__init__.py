"""The executor's ports filled in."""
