"""Read models over several contexts: audit, usage, statistics. Nothing is here yet, and nothing will depend on it."""
