"""IF: sends each item one way or the other."""
