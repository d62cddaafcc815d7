"""The way in over HTTP. For now: the history of executions, read only; the API and the editor come next."""
