"""E-mail: lists of addresses as a service of channels."""
