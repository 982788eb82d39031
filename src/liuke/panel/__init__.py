"""Customers by periods: the engine groups, arrays do the maths."""
