"""Markdown: HTML to Markdown and back."""
