"""A location becomes rows in the store: planned, asked, staged, and put in place in one rename."""
