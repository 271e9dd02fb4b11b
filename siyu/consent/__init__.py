"""Who may be contacted for what, over which channel, as of a date."""
