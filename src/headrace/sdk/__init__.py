"""All that a node author imports. Depends on nothing else in Headrace."""
