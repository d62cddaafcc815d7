"""Webhooks: why a run starts, from outside. Webhook and form URLs, what calls them may hold, and their answers."""
