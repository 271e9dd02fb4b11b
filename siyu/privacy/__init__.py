"""A person's right to be forgotten and to a copy: what is theirs, and files without it."""
