"""Submissions (数据填报): figures that no system has, filled in by people, checked by a second one, then data."""
