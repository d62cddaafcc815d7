"""Remove Duplicates: drops items that were there before, in this run or in earlier ones."""
