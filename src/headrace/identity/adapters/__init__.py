"""Where users and what they come in by are kept, and how passwords are hashed."""
