"""Use cases: drawing and publishing, filing, bringing in and taking out, variables, and telling others."""
