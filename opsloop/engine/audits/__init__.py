"""审计包: a random sample of cases with everything that is needed to follow each of them again."""
