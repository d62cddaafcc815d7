"""Operations on lists of items, shared by the node for each and by the older Item Lists node."""
