"""What people see of the numbers: dashboards, questions put to the metrics, and why a figure moved."""
