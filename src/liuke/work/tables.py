"""The tables of the work store. Only this package reads them: whoever else wants rows calls its functions.

Every changeable row has a `version` that counts its changes. Customers are named by the text of their id.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from liuke.work.append_only import append_only
from liuke.work.columns import Plain, Utc, Words, reference_type, row_id

OPEN = "state IN ('queued', 'running')"

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _user(name: str = "user_id", *, required: bool = True) -> Column[int]:
    return Column(name, reference_type(), ForeignKey("user.id"), nullable=not required)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False, server_default=text("1"))


USER = Table(
    "user",
    METADATA,
    row_id(),
    Column("login", Words, nullable=False, unique=True),  # casefolded
    Column("name", Words, nullable=False),
    Column("password_hash", Words, nullable=False),
    Column("language", String(8), nullable=False),
    Column("time_zone", Words, nullable=False),
    Column("salesperson_id", Words),  # of the facts; without one the user owns as "@login"
    Column("left_on", Date),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("made_at", Utc, nullable=False),
    _version(),
    sqlite_autoincrement=True,
)

ROLE_GRANT = Table(
    "role_grant",
    METADATA,
    Column("user_id", reference_type(), ForeignKey("user.id"), primary_key=True),
    Column("role", String(40), primary_key=True),
)

TEAM = Table(
    "team",
    METADATA,
    row_id(),
    Column("name", Words, nullable=False),
    Column("name_key", Words, nullable=False, unique=True),  # casefolded
    _user("manager_id", required=False),
    _version(),
    sqlite_autoincrement=True,
)

TEAM_MEMBER = Table(
    "team_member",
    METADATA,
    Column("team_id", reference_type(), ForeignKey("team.id"), primary_key=True),
    Column("user_id", reference_type(), ForeignKey("user.id"), primary_key=True),
)

SESSION = Table(
    "session",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    _user(),
    Column("made_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("address", Words, nullable=False),
)
Index("ix_session_user_id", SESSION.c.user_id)

SIGN_IN_ATTEMPT = Table(
    "sign_in_attempt",
    METADATA,
    row_id(),
    Column("account", String(64), nullable=False),  # sha256: a password typed as a name is not kept
    Column("address", Words, nullable=False),
    Column("at", Utc, nullable=False),
    Column("good", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_sign_in_attempt_account_at", SIGN_IN_ATTEMPT.c.account, SIGN_IN_ATTEMPT.c.at)
Index("ix_sign_in_attempt_address_at", SIGN_IN_ATTEMPT.c.address, SIGN_IN_ATTEMPT.c.at)

SET_UP_CODE = Table(
    "set_up_code",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("code_hash", String(64), nullable=False),
    Column("made_at", Utc, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

API_TOKEN = Table(
    "api_token",
    METADATA,
    row_id(),
    _user(),
    Column("name", Words, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", Plain, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
    Column("revoked_at", Utc),
    sqlite_autoincrement=True,
)
Index("ix_api_token_user_id", API_TOKEN.c.user_id)

AUDIT = append_only(
    Table(
        "audit",
        METADATA,
        Column("id", reference_type(), primary_key=True, autoincrement=False),  # 1, 2, 3 … without a gap
        Column("at", Utc, nullable=False),
        _user(required=False),
        Column("login", Words, nullable=False),  # as it was then; empty: the program itself
        Column("verb", Words, nullable=False),
        Column("object", Words, nullable=False),
        Column("before", Words),  # canonical JSON, as hashed
        Column("after", Words),
        Column("facts", Words),
        Column("address", Words, nullable=False),
        Column("prev_hash", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
    )
)
Index("ix_audit_object", AUDIT.c.object)
Index("ix_audit_user_id", AUDIT.c.user_id)

AUDIT_HEAD = Table(  # where the chain ends, so that rows cut off its end are missed
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_id", reference_type(), nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

NOTE = Table(
    "note",
    METADATA,
    row_id(),
    Column("customer_id", Words, nullable=False),
    Column("text", Words, nullable=False),
    _user(),
    Column("at", Utc, nullable=False),
    Column("withdrawn_at", Utc),
    sqlite_autoincrement=True,
)
Index("ix_note_customer_id", NOTE.c.customer_id)

SAVED_VIEW = Table(
    "saved_view",
    METADATA,
    row_id(),
    _user(),
    Column("page", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("name_key", Words, nullable=False),  # casefolded
    Column("query", Words, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("made_at", Utc, nullable=False),
    _version(),
    UniqueConstraint("user_id", "page", "name_key"),
    sqlite_autoincrement=True,
)
Index("ix_saved_view_page", SAVED_VIEW.c.page)

ASSIGNMENT = append_only(
    Table(
        "assignment",
        METADATA,
        row_id(),
        Column("customer_id", Words, nullable=False),
        Column("owner", Words),  # an owner key; none: whom the documents name
        Column("at", Utc, nullable=False),
        _user(),
        Column("reason", Words, nullable=False),
        sqlite_autoincrement=True,
    )
)
Index("ix_assignment_customer_id_id", ASSIGNMENT.c.customer_id, ASSIGNMENT.c.id)

ACCESS = Table(  # counts every change of who sees what
    "access",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

JOB = Table(
    "job",
    METADATA,
    row_id(),
    Column("kind", Words, nullable=False),
    Column("key", Words),
    Column("args", Plain, nullable=False),
    Column("state", String(20), nullable=False),
    _user(required=False),
    Column("made_at", Utc, nullable=False),
    Column("run_after", Utc),  # none: at once
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False),  # how often it may be begun
    Column("worker", Words),
    Column("lease_until", Utc),
    Column("started_at", Utc),
    Column("ended_at", Utc),
    Column("progress", Float),  # share, 0 to 1
    Column("message", Plain),  # a packed sentence
    Column("error", Plain),  # a packed sentence
    Column("result", Plain),
    Column("stop_asked", Boolean, nullable=False, server_default=false()),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'stopped')", name="state"),
    CheckConstraint("progress IS NULL OR (progress >= 0 AND progress <= 1)", name="progress"),
    sqlite_autoincrement=True,
)
Index("one_open_job", JOB.c.kind, JOB.c.key, unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN))
Index("ix_job_state", JOB.c.state)
Index("ix_job_user_id", JOB.c.user_id)

SCHEDULE = Table(
    "schedule",
    METADATA,
    row_id(),
    Column("name", Words, nullable=False),
    Column("name_key", Words, nullable=False, unique=True),  # casefolded
    Column("kind", Words, nullable=False),
    Column("args", Plain, nullable=False),
    Column("cron", Words, nullable=False),
    Column("time_zone", Words, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("last_at", Utc),  # when it last became a job
    Column("active", Boolean, nullable=False),
    _user(required=False),
    _version(),
    sqlite_autoincrement=True,
)

ANSWERED = Table(
    "answered",
    METADATA,
    row_id(),
    _user(),
    Column("key", Words, nullable=False),
    Column("asked_hash", String(64), nullable=False),
    Column("answer", Plain, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("user_id", "key"),
    sqlite_autoincrement=True,
)

CAUSE_AUDIT = append_only(
    Table(
        "cause_audit",
        METADATA,
        row_id(),
        Column("customer_id", Words, nullable=False),
        Column("run_id", Words, nullable=False),  # in which the question was put
        Column("judged", String(20), nullable=False),
        Column("said", Words, nullable=False),  # the likeliest cause there, before anybody had checked
        Column("part", String(20), nullable=False),
        Column("verdict", String(20), nullable=False),
        Column("cause", Words),
        Column("undoes", reference_type(), ForeignKey("cause_audit.id")),
        Column("note", Words, nullable=False),
        _user(),
        Column("at", Utc, nullable=False),
        Column("recorded_on", Date, nullable=False),  # the day where the program ran
        UniqueConstraint("undoes"),
        sqlite_autoincrement=True,
    )
)
Index("ix_cause_audit_customer_id", CAUSE_AUDIT.c.customer_id)
