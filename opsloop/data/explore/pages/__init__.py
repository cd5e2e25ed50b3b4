"""Pages besides the one of views: dashboards, why a figure moved, the rows behind it."""
