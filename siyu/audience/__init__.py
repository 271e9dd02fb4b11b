"""Who will really be contacted: a segment minus every exclusion, for one channel and date."""
