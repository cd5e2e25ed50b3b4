"""改进项: what was seen, what was decided, what was done, and whether it helped."""
