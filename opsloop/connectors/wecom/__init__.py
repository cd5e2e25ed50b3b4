"""企业微信: its group bots as a service of channels."""
