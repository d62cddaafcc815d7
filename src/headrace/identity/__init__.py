"""Who is calling: users, sessions, API keys. Nothing is here yet."""
