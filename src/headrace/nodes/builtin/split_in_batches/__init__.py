"""Loop Over Items (Split in Batches): hands items on a few at a time."""
