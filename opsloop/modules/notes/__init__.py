"""Notes (晨报): what a director knows by 08:30, in one text for page, command and group."""
