"""Code nodes: what people's own JavaScript (and Python) returns, checked and made items."""
