"""Everything found, by noun."""
