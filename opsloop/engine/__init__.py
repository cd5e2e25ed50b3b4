"""What runs the standard: assignments now; findings, monitors and cases are built on them."""
