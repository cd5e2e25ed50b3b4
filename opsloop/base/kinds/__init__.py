"""The registry of playbook kinds. Apps import from here in their playbook.py."""
