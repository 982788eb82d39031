"""Work that takes longer than a page: what waits, what runs, what has ended, and what starts by the clock."""
