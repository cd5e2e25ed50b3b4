"""Side-by-side measurements: each figure is a ratio of two things run in turn in the same process or hour."""
