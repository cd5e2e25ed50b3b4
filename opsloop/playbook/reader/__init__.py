"""From the bytes of playbook files to typed objects. Collects every error with its place; never runs anything."""
