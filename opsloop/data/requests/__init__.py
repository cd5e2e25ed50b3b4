"""取数需求: somebody asks for figures, with purpose and date; an analyst accepts, delivers, or says why not."""
