"""Channels (群消息): group bots and mail lists of the company, what each of them takes, and how it is delivered."""
