"""The rules of workflows: what a draft may hold, how one becomes a version, what differs, where it is filed."""
