"""What a customer met beside its documents, one kind a file: a complaint handled badly, a promise broken.

A file holds `READS` (the canonical tables it reads), `TITLE` and `SAYS` (msgids; the sentence has the field `day`),
`FADE_DAYS` (until 1/e of an event is left), `IN_MODEL` (whether it is a column of the churn model, or serves causes
alone) and `events(tables)`: a frame of `exposure.EVENT`, one row an event. `tables` holds those of READS, a table that
nothing was loaded of without rows. `day` is when it happened, `known_on` from when it was in the books (null: from the
day itself), `until` when it was over (null: it only fades), `strength` what it weighs on its day, `table` and `row_id`
the row that tells of it. Where some of READS only help to understand the others (a list of products beside prices), a
file names those whose rows tell of events in `TOLD_BY`: a kind is known from their first row on. Where a table tells
nothing without a column, `FILLED` names it by table: a table that never fills it is as good as not loaded.

For causes alone: what is said of something (`HEARS`) is a weaker proof than its register, and is left out where one of
the kinds in `STANDS_IN_FOR` is told of. What ends once a customer has left, such as visits, is no cause unless
something was bought after it began (`ENDS_WITH_BUYING`): nobody calls on who has gone.

What is known only once a customer has left (`exposure.BANNED`) no kind sees, but one that serves causes alone and names
the columns in `AFTER_LEAVING`; it must not tell of them before the day of leaving itself.
"""
