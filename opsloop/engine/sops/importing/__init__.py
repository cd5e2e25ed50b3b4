"""An existing 制度 from Word or Excel becomes a draft: read, recognised, put right by a person, written."""
