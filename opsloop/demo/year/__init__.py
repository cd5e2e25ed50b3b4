"""A simulated year of work: the engine decides every step, only people and their habits are made up."""
