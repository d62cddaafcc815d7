"""The rules of credentials: pure."""
