"""The top of the house: settings, addresses, command line. The only place that knows everything."""
