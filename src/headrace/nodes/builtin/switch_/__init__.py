"""Switch: sends each item to one of several outputs."""
