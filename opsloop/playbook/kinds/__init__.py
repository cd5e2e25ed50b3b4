"""The kinds that the playbook itself brings: playbook, position, calendar, glossary, translation."""
