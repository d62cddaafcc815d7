"""Journals and the read models over them."""
