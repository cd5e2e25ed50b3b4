"""Submissions (数据填报): figures that exist in no system, filled in by people, checked by a second one, loaded like any data."""
