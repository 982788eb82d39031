"""What people do: users, notes, views, jobs and the record of who changed what, in SQLite or PostgreSQL."""
