"""Word of failures to people: which ones, how many in what time, and how. Sent at least once, never in a flood."""
