"""Who is calling: users and their passwords, sessions, API keys and invitations.

What somebody may do belongs to `tenancy`; nothing here knows a role but to hand it on.
"""
