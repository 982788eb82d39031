"""The REST API: the same verbs and contexts as the pages, as JSON, under tokens."""
