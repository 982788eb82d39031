"""How a work store of any age becomes one of this program. Steps only add: an older row is never lost."""
