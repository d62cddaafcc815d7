"""The use cases of credentials."""
