"""Engines without a sandbox, on purpose: the controls of the attacks run in them, and must succeed."""
