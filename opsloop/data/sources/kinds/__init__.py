"""The kind `source`: what a file in playbook/sources/ may say."""
