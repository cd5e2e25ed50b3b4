"""Outside systems. They carry out of the house what base hands them, and know no module."""
