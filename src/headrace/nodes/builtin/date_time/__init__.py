"""Date & Time."""
