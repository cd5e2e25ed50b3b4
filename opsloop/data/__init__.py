"""Sources, cleaning, lake, metrics, explore: how raw feeds become trusted numbers."""
