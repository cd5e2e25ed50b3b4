"""交办事项: who does what by when, in one line; what has no SOP and is done all the same."""
