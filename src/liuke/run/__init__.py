"""A run: scope and panel in, the tables of one immutable run out."""
