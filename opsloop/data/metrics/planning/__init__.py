"""From what is asked to one SQLGlot tree for each relation: no database, no files, no running."""
