"""Which days and hours count, for the company and each department."""
