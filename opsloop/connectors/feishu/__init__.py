"""飞书: its group bots as a service of channels."""
