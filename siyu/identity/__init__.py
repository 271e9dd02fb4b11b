"""Identity: which identifiers belong to one person, under a number that never changes."""
