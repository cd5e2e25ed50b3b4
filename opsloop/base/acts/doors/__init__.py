"""The doors that are no pages: REST, command line, assistants and SOP steps. All of them call `perform`."""
