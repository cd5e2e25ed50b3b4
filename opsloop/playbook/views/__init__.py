"""Pages of the playbook. Reading is for everyone who is signed in; what changes it asks for the act's right."""
