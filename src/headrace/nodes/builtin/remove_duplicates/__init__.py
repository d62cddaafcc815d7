"""Remove Duplicates."""
