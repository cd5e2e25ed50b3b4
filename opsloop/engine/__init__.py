"""What runs the standard: monitors and assignments now; findings and cases are built beside them."""
