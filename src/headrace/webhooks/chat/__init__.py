"""Chats: a page to write on, and messages that start runs."""
