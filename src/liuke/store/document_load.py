"""From clean rows to stored documents: which are new, the same, corrected or part of a known one.

A document is known by its number within one named source, and within the span in which its numbers begin anew
(`document_keys`). A document that comes again with other content supersedes its older self; both stay, each with the
days on which it was what we knew. Documents without a number are known by customer and day, and of equal rows the
larger count is kept. All of it is one pass of SQL over staged Parquet, so memory does not grow with the file.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Literal

from liuke.kernel.kinds import KINDS
from liuke.store.document_doubts import begun_anew, find_doubtful, refuse_doubtful
from liuke.store.document_keys import KEYS, LEAST_REPEATED, checked_key, find_key, key_of, restarted, span_of
from liuke.store.document_questions import refuse_held_elsewhere, refuse_part, refuse_withdrawn
from liuke.store.fact_store import FactStore, Load, MonthTouched
from liuke.store.register import Register
from liuke.store.sql import literal, parquet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    import duckdb

    from liuke.store.staging import Staged

PartPolicy = Literal["ask", "keep", "replace"]
# what makes two lines equal: everything said about the sale, not when it was recorded nor where in the file it stood
CONTENT = (
    *("customer_id", "date", "amount", "product_id", "quantity", "margin", "list_price", "salesperson_id"),
    *("site", "channel", "due_on", "delivered_on", "paid_on", "currency"),
)
CODED = ", ".join(f"'{name}'" for name in KINDS)


def append_documents(
    store: FactStore,
    staged: Staged,
    draft: Load,
    loaded_on: date,
    part: PartPolicy = "ask",
    document_key: str = "auto",
    named: bool = True,
    withdrawn: Iterable[str] = (),
) -> Load | None:
    """Add the documents of a staged file that are new or corrected; the finished load, or None when nothing is new.

    Raises NeedsAnswer for part of a known document, one the file calls cancelled (its number is in `withdrawn`), a
    number used again and, unless `named`, what another source holds; until it returns the same rows may be given
    again, with the answer.
    """
    con = staged.con
    earlier = store.loads("document_line", draft.source)
    numbered = bool(con.execute("SELECT count(document_id) > 0 FROM incoming").fetchall()[0][0])
    _customers(store, con)
    key = _classified(store, con, earlier, draft.source, document_key, numbered)
    if not named:
        refuse_held_elsewhere(store, con, draft.source)
    if part != "keep" and span_of(key) is None:
        refuse_withdrawn(con, sorted(withdrawn))
    counts = dict(con.execute("SELECT status, count(*) FROM verdict GROUP BY 1").fetchall())
    if counts.get("part"):
        counts = _settle_parts(con, part, counts)
    if not (counts.get("new") or counts.get("corrected") or counts.get("grown")):
        return None
    covered = max((load.last_on for load in earlier if load.last_on), default=None)
    first_code = Register.read(store.root).next_document_code
    _number_documents(con, first_code, loaded_on, covered)
    codes = _next_codes(con, first_code)
    if not _write(store, staged, earlier, counts):
        return None
    months = _months(con, staged.folder)
    first, last = con.execute("SELECT min(date), max(date) FROM incoming").fetchall()[0]
    given = [name for name in CONTENT if con.execute(f"SELECT count({name}) > 0 FROM incoming").fetchall()[0][0]]
    kinds = con.execute("SELECT kind, min(date), max(date) FROM accepted GROUP BY kind ORDER BY kind").fetchall()
    con.close()
    (staged.folder / "incoming.parquet").unlink()
    shutil.rmtree(staged.folder / "spill", ignore_errors=True)
    finished = Load(
        **{
            **vars(draft),
            "documents": {name: int(n) for name, n in sorted(counts.items())},
            "first_on": str(first),
            "last_on": str(last),
            "document_key": key,
            "numbered": numbered,
            **codes,
            "months": months,
            "columns": given,
            "kinds": {kind: [str(low), str(high)] for kind, low, high in kinds},
        }
    )
    return store.keep(staged.folder, finished)


def _classified(
    store: FactStore, con: duckdb.DuckDBPyConnection, earlier: list[Load], source: str, asked: str, numbered: bool
) -> str:
    """Table `verdict` under the key asked for, else that of the source's earlier loads, else the one this file shows.

    Where the file proves that numbers begin anew, a longer key than before is taken; what then shares its number with
    a document held, and nothing else, is asked.
    """
    key = checked_key(asked) if asked != "auto" else ""
    if not key:
        key = earlier[-1].document_key if earlier else (find_key(con) if numbered else "document_id")
        key = key or "document_id"
    _classify_by(store, con, earlier, key, numbered)
    if asked != "auto" or not numbered or not earlier:
        return key
    longer = _longer_in_file(con, key)
    while longer is not None or find_doubtful(store, con, earlier):
        longer = longer or begun_anew(con, key)
        if longer is None:
            refuse_doubtful(con, source, key)
        else:
            key, longer = longer, None
            _classify_by(store, con, earlier, key, numbered)
    return key


def _longer_in_file(con: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """The key the file's own numbers prove, where it is longer than the one they were counted by until now."""
    crossing = con.execute(
        """SELECT count(*) FROM incoming_document
           WHERE document_id IS NOT NULL AND date_trunc('month', date) <> date_trunc('month', last_date)"""
    ).fetchall()[0][0]
    found = restarted(con) if crossing >= LEAST_REPEATED else None
    if found is None:
        return None
    longer = key_of(customer="customer_id" in key or "customer_id" in found, span=span_of(found))
    return None if longer == key or span_of(key) == "month" else longer


def _classify_by(
    store: FactStore, con: duckdb.DuckDBPyConnection, earlier: list[Load], key: str, numbered: bool
) -> None:
    _incoming_documents(con, KEYS[key])
    _known_documents(store, con, earlier, KEYS[key])
    _classify(con, numbered)


def _customers(store: FactStore, con: duckdb.DuckDBPyConnection) -> None:
    """Tables `known_customer` and `incoming_customer` (customer_id, customer_code); a known customer keeps its code.

    A new one gets a code nobody ever had, be it in a load undone since.
    """
    paths = store.paths("customer_code")
    source = (
        f"SELECT DISTINCT customer_id, customer_code FROM {parquet(paths)}"
        if paths
        else "SELECT '' AS customer_id, 0::INTEGER AS customer_code WHERE false"
    )
    con.execute(f"CREATE OR REPLACE TABLE known_customer AS {source}")
    con.execute(
        """CREATE OR REPLACE TABLE incoming_customer AS SELECT customer_id, coalesce(customer_code,
             row_number() OVER (PARTITION BY customer_code IS NULL ORDER BY customer_id) - 1
              + ?)::INTEGER AS customer_code
           FROM (SELECT DISTINCT customer_id FROM incoming) LEFT JOIN known_customer USING (customer_id)""",
        [Register.read(store.root).next_customer_code],
    )


def _key(expression: str) -> str:
    return f"coalesce({expression}, customer_id || '@' || date)"


def _hash(prefix: str = "") -> str:
    parts = ", ".join(f"coalesce({prefix}{name}::VARCHAR, '')" for name in CONTENT)
    return f"md5_number_lower(concat_ws('|', {parts}))"


def _incoming_documents(con: duckdb.DuckDBPyConnection, key: str) -> None:
    """Table `incoming_document`, one row a document of the file, with a fingerprint that ignores the lines' order."""
    named = f"{_key(key)} AS key, kind AS kind_read"
    con.execute(f"CREATE OR REPLACE VIEW incoming_line AS SELECT *, {named} FROM incoming")
    con.execute(
        f"""CREATE OR REPLACE TABLE incoming_document AS
            SELECT key, kind_read, any_value(document_id) AS document_id,
                   min(customer_id) AS customer_id, min(date) AS date, max(date) AS last_date, count(*) AS lines,
                   sum(amount)::DECIMAL(18,2) AS amount, max(recorded_on) AS recorded_on,
                   (sum({_hash()}::HUGEINT) % 18446744073709551616)::UBIGINT AS fingerprint
            FROM incoming_line GROUP BY key, kind_read"""
    )


def _known_documents(store: FactStore, con: duckdb.DuckDBPyConnection, earlier: list[Load], key: str) -> None:
    """Table `known_document`: the source's documents as they stand, additions to unnumbered ones summed in."""
    paths = store.paths("document", earlier)
    if not paths:
        con.execute(
            """CREATE OR REPLACE TABLE known_document AS
               SELECT key, kind_read, document_id, customer_id, date, date AS last_date, recorded_on,
                      lines, fingerprint, 0::BIGINT AS document_code FROM incoming_document WHERE false"""
        )
        return
    gone = store.paths("superseded", earlier)
    without = f"ANTI JOIN {parquet(gone)} AS gone USING (document_code)" if gone else ""
    con.execute(
        f"""CREATE OR REPLACE TABLE known_document AS
            SELECT {_key(key)} AS key, kind_read, any_value(document_id) AS document_id,
                   min(customer_id) AS customer_id, min(date) AS date, max(last_date) AS last_date,
                   max(recorded_on) AS recorded_on, sum(lines)::BIGINT AS lines,
                   (sum(fingerprint::HUGEINT) % 18446744073709551616)::UBIGINT AS fingerprint,
                   min(document_code) AS document_code
            FROM (SELECT * FROM {parquet(paths)} AS held {without}) JOIN known_customer USING (customer_code)
            GROUP BY key, kind_read"""
    )


def _classify(con: duckdb.DuckDBPyConnection, numbered: bool) -> None:
    """Table `verdict`: each incoming document with its status against the known ones."""
    changed = "CASE WHEN i.lines < k.lines THEN 'part' ELSE 'corrected' END" if numbered else "'grown'"
    con.execute(
        f"""CREATE OR REPLACE TABLE verdict AS
            SELECT i.*, k.document_code AS old_code, k.date AS old_date, k.last_date AS old_last_date,
                   k.customer_id AS old_customer_id, k.recorded_on AS old_recorded_on,
                   CASE WHEN k.key IS NULL THEN 'new'
                        WHEN i.fingerprint = k.fingerprint AND i.lines = k.lines THEN 'same'
                        WHEN i.document_id IS NULL THEN 'grown' ELSE {changed} END AS status
            FROM incoming_document i LEFT JOIN known_document k USING (key, kind_read)"""
    )


def _settle_parts(con: duckdb.DuckDBPyConnection, part: PartPolicy, counts: dict[str, int]) -> dict[str, int]:
    if part == "ask":
        refuse_part(con, counts["part"])
    settled = "same" if part == "keep" else "corrected"
    con.execute("UPDATE verdict SET status = ? WHERE status = 'part'", [settled])
    moved = counts.pop("part")
    counts[settled] = counts.get(settled, 0) + moved
    return counts


def _number_documents(con: duckdb.DuckDBPyConnection, first_code: int, loaded_on: date, covered: str | None) -> None:
    """Table `accepted`: documents to store, with their code, final kind and the day we knew of them.

    A document on ground the source had not covered yet was known on its own day; one that turns up on covered ground,
    or replaces another, is known from the day it was loaded, unless the file says when it was recorded. A correction
    that bears the day of entry of what it corrects says nothing of its own.
    """
    late = "true" if covered is None else f"date > DATE '{covered}'"
    con.execute(
        f"""CREATE TABLE accepted AS
            SELECT *, CASE WHEN status = 'grown' THEN old_code
                           ELSE {first_code} - 1 + row_number() OVER (
                             PARTITION BY status = 'grown' ORDER BY date, key, kind_read)
                      END AS document_code,
                   CASE WHEN kind_read = 'invoice' AND amount < 0 THEN 'return' ELSE kind_read END AS kind,
                   greatest(date, coalesce(
                     CASE WHEN status <> 'corrected' OR recorded_on > old_recorded_on THEN recorded_on END,
                     CASE WHEN status = 'new' AND {late} THEN date ELSE DATE '{loaded_on}' END)) AS known_on
            FROM verdict WHERE status IN ('new', 'corrected', 'grown')"""
    )


def _next_codes(con: duckdb.DuckDBPyConnection, first_code: int) -> dict[str, int]:
    """The document and the customer code after the last this load gives."""
    document, customer = con.execute(
        "SELECT (SELECT max(document_code) + 1 FROM accepted), (SELECT max(customer_code) + 1 FROM incoming_customer)"
    ).fetchall()[0]
    return {"next_document_code": int(max(document or 0, first_code)), "next_customer_code": int(customer)}


def _write(store: FactStore, staged: Staged, earlier: list[Load], counts: dict[str, int]) -> bool:
    """Write the load's Parquet; False when every unnumbered row turned out to be known already."""
    con = staged.con
    _lines(con)
    if counts.get("grown"):
        _lines_grown(store, con, earlier)
    con.execute(
        f"""CREATE TABLE document AS
            SELECT a.document_code, kind_read, list_position([{CODED}], kind)::TINYINT - 1::TINYINT AS kind,
                   document_id, customer_code, a.date, last_date, known_on AS recorded_on,
                   CASE WHEN status = 'grown' THEN g.lines ELSE a.lines END AS lines,
                   CASE WHEN status = 'grown' THEN g.amount ELSE a.amount END::DECIMAL(18,2) AS amount,
                   CASE WHEN status = 'grown' THEN g.fingerprint ELSE a.fingerprint END AS fingerprint,
                   status = 'grown' AS addition, strftime(a.date, '%Y-%m') AS month
            FROM accepted a JOIN incoming_customer USING (customer_id) LEFT JOIN grown g USING (document_code)
            WHERE status <> 'grown' OR g.lines > 0"""
    )
    if not con.execute("SELECT count(*) FROM document").fetchall()[0][0]:
        return False
    by_month = "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month))"
    for rows, part in (("line", "document_line"), ("document", "document")):
        target = literal(staged.folder / part)
        con.execute(f"COPY (FROM {rows} ORDER BY month, customer_code, date) TO {target} {by_month}")
    for name, query in (
        ("customer_code", "FROM incoming_customer"),  # known ones too: the load that first named them may be undone
        (
            "superseded",
            """SELECT old_code AS document_code, known_on AS superseded_on, old_date AS first_date,
               old_last_date AS last_date FROM accepted WHERE status = 'corrected'""",
        ),
    ):
        if con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]:
            file = staged.folder / name / "part.parquet"
            file.parent.mkdir()
            con.execute(f"COPY ({query}) TO {literal(file)} (FORMAT parquet)")
    return True


LINE = """document_code, customer_code, list_position([{kinds}], kind)::TINYINT - 1::TINYINT AS kind,
    coalesce(line_no, row_no) AS line_no, l.date, l.amount, l.quantity, l.margin, l.list_price, l.product_id,
    l.salesperson_id, l.site, l.channel, l.due_on, l.delivered_on, l.paid_on, l.currency,
    greatest(CASE WHEN status = 'corrected' THEN known_on ELSE coalesce(l.recorded_on, known_on) END, l.date)
      AS recorded_on,  -- a correction takes over from its older self on one day, whole
    strftime(l.date, '%Y-%m') AS month"""


def _lines(con: duckdb.DuckDBPyConnection) -> None:
    """View `line`: the lines of new and corrected documents in stored form."""
    columns = LINE.format(kinds=CODED)
    con.execute(
        f"""CREATE VIEW line AS SELECT {columns}
            FROM (SELECT * EXCLUDE kind FROM incoming_line) l
            JOIN (SELECT key, kind_read, kind, document_code, known_on, status FROM accepted WHERE status <> 'grown')
              USING (key, kind_read)
            JOIN incoming_customer c ON c.customer_id = l.customer_id"""
    )
    con.execute("CREATE TABLE grown (document_code BIGINT, lines BIGINT, amount DECIMAL(18,2), fingerprint UBIGINT)")


def _lines_grown(store: FactStore, con: duckdb.DuckDBPyConnection, earlier: list[Load]) -> None:
    """Add to `line` what unnumbered documents gained: of equal rows, those beyond the number already held."""
    months = sorted({month for load in earlier for month in load.months})
    con.execute(
        f"""CREATE TABLE gained AS
            WITH have AS (
              SELECT document_code, {_hash()} AS content, count(*) AS held
              FROM {parquet(store.month_paths("document_line", months))}
                SEMI JOIN (FROM accepted WHERE status = 'grown') USING (document_code)
              JOIN known_customer USING (customer_code) GROUP BY ALL),
            came AS (
              SELECT l.*, a.document_code, a.kind, a.known_on, a.status, {_hash("l.")} AS content
              FROM (SELECT * EXCLUDE kind FROM incoming_line) l JOIN accepted a USING (key, kind_read)
              WHERE a.status = 'grown')
            SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY document_code, content) AS nth FROM came)
              LEFT JOIN have USING (document_code, content) WHERE nth > coalesce(held, 0)"""
    )
    con.execute(
        """INSERT INTO grown SELECT document_code, count(*), sum(amount),
             (sum(content::HUGEINT) % 18446744073709551616)::UBIGINT FROM gained GROUP BY 1"""
    )
    columns = LINE.format(kinds=CODED)
    con.execute("ALTER VIEW line RENAME TO line_whole")
    con.execute(
        f"""CREATE VIEW line AS FROM line_whole
            UNION ALL SELECT {columns} FROM gained l JOIN incoming_customer c ON c.customer_id = l.customer_id"""
    )


def _months(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, MonthTouched]:
    """What this load did to each month."""
    stored = {part: parquet(sorted((folder / part).rglob("*.parquet"))) for part in ("document_line", "document")}
    touched = {
        month: MonthTouched(lines=lines, late=late)
        for month, lines, late in con.execute(
            f"""SELECT month, sum(is_line), bool_or(recorded_on > date)
                FROM (SELECT strftime(date, '%Y-%m') AS month, recorded_on, date, is_line
                      FROM (SELECT recorded_on, date, 1 AS is_line FROM {stored["document_line"]}
                            UNION ALL SELECT recorded_on, date, 0 FROM {stored["document"]}))
                GROUP BY 1 ORDER BY 1"""
        ).fetchall()
    }
    replaced = con.execute(
        """SELECT DISTINCT strftime(unnest(
             generate_series(date_trunc('month', old_date), old_last_date, INTERVAL 1 MONTH)), '%Y-%m')
           FROM accepted WHERE status = 'corrected'"""
    ).fetchall()
    for (month,) in replaced:
        before = touched.get(month, MonthTouched())
        touched[month] = MonthTouched(before.lines, before.late, superseded=True)
    return touched
