"""What a customer met beside its documents, one kind a file: a complaint handled badly, a promise broken.

A file holds `TABLE` (the canonical table it reads), `TITLE` and `SAYS` (msgids; the sentence has the field `day`), and
`events(table)`: customer_id, day, known_on, until; one row an event. `day` is when it happened, `known_on` from when it
was in the books (null: from the day itself), `until` when it was over (null: it only fades).
"""
