"""Where secrets may be kept other than here."""
