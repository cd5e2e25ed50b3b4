"""流程单: SOPs that are running."""
