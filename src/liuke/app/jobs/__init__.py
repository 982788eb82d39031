"""Work that takes longer than a page: each kind a file, each job a process of its own, one loop that sees to them."""
