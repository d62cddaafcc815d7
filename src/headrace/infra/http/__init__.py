"""HTTP for every context's API: problems, limits, request ids. Knows no context."""
