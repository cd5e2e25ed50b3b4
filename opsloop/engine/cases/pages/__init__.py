"""What people see of cases. Nothing here writes: every press of a button is one of the acts."""
