"""Kinds of condition, one a file: a function of the panel that says where it holds, for every period at once."""
