"""Pure calculation: no Django, no files, no network. Each formula names its source and has a worked example as test."""
