"""Data tables: rows of typed columns that workflows share, of one project each; what a value may be, and how many."""
