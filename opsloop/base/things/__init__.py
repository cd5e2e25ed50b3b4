"""Thing, the base of every business row, and the operation that a write belongs to.

The lowest floor of the house: it imports nothing of Opsloop.
"""
