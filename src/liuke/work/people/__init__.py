"""Who may sign in, what each may do, and whose customers each sees."""
