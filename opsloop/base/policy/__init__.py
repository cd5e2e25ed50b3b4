"""Deny by default: `visible(person, Model)` says which rows, `can(person, act, obj)` says which acts."""
