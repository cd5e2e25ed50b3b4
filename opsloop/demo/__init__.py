"""The demo company 惠邻超市: real public retail data, five people to look at it as."""
