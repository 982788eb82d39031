"""Why customers leave: causes argued from dated evidence."""
