"""Respond to Webhook: version 1.3 has a second output with the answer itself, the others only on request."""
