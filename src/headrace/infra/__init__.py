"""One module per technology; knows no context."""
