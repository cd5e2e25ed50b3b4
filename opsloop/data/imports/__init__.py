"""Imports (导入): a file that a person has, looked at, tried against a source's contract, then loaded."""
