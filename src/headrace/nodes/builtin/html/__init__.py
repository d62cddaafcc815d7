"""HTML: templates, extraction and tables."""
