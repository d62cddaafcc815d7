"""The one way out: every connection that a node makes is checked here, where its address is known."""
