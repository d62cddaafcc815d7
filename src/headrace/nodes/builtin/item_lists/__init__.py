"""Item Lists: operations on lists of items, one node for all of them."""
