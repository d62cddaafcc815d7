"""Secrets: sealed at rest, opened only for the node that names them, one at a time.

Owns credentials, the keys they are sealed with, OAuth2 tokens and references to secrets that are kept elsewhere.
Putting a secret on a request is left to the way out (`infra/egress`), what kinds of credential there are to the nodes.
"""
