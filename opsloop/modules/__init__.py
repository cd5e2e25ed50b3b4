"""One folder for each subject of operations work."""
