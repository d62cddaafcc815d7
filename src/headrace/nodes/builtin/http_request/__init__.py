"""HTTP Request: calls any URL."""
