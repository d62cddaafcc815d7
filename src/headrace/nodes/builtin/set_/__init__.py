"""Set (Edit Fields): sets, adds and removes fields of items."""
