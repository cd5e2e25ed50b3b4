"""Datasets (数据集): one SELECT a file over sources and other datasets, and what is known of every relation."""
