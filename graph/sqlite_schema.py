"""The tables of the embedded store, and how a connection is opened on them.

Knows SQLite. Must not know what the bodies of the rows mean. Every table names tenant and customer; `seq` keeps the order in
which rows came; `body` is the whole value as JSON (graph.encoding), the other columns repeat what is searched by.
"""

import sqlite3
from pathlib import Path

from graph.store import StoreUnavailable

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE customer (
            tenant TEXT NOT NULL, id TEXT NOT NULL, created_at TEXT NOT NULL, last_turn_at TEXT, recorded_at TEXT,
            revision INTEGER NOT NULL, PRIMARY KEY (tenant, id)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX customer_newest ON customer (tenant, created_at, id)",
        """CREATE TABLE address (
            seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, customer TEXT NOT NULL, channel TEXT NOT NULL, value TEXT NOT NULL,
            verified INTEGER NOT NULL, linked_at TEXT, UNIQUE (tenant, channel, value)) STRICT""",
        "CREATE INDEX address_customer ON address (tenant, customer)",
        "CREATE INDEX address_value ON address (tenant, value)",
        """CREATE TABLE session (
            seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, customer TEXT NOT NULL, id TEXT NOT NULL, started_at TEXT NOT NULL,
            body TEXT NOT NULL, UNIQUE (tenant, id)) STRICT""",
        "CREATE INDEX session_customer ON session (tenant, customer, started_at)",
        """CREATE TABLE turn (
            seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, customer TEXT NOT NULL, id TEXT NOT NULL, session TEXT NOT NULL,
            channel TEXT NOT NULL, key TEXT, place INTEGER NOT NULL, done INTEGER NOT NULL, received_at TEXT NOT NULL,
            indexed INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL,
            UNIQUE (tenant, customer, id), UNIQUE (tenant, channel, key)) STRICT""",
        "CREATE INDEX turn_place ON turn (tenant, customer, place)",
        "CREATE INDEX turn_session ON turn (tenant, customer, session, place)",
        "CREATE INDEX turn_unfinished ON turn (received_at) WHERE done = 0",
        "CREATE INDEX turn_unindexed ON turn (seq) WHERE done = 1 AND indexed = 0",
        """CREATE TABLE mention (
            tenant TEXT NOT NULL, customer TEXT NOT NULL, entity TEXT NOT NULL, turn TEXT NOT NULL,
            PRIMARY KEY (tenant, customer, entity, turn)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX mention_turn ON mention (tenant, customer, turn)",
        *(
            f"""CREATE TABLE {table} (
                seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, customer TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
                UNIQUE (tenant, customer, id)) STRICT"""
            for table in ("entity", "fact", "goal", "act")
        ),
    ),
    (
        """CREATE TABLE lease (
            tenant TEXT NOT NULL, customer TEXT NOT NULL, holder TEXT NOT NULL, until TEXT NOT NULL,
            PRIMARY KEY (tenant, customer)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX turn_waiting ON turn (tenant, customer, place) WHERE done = 0",
    ),
    ("CREATE INDEX turn_unindexed_of ON turn (tenant, customer, seq) WHERE done = 1 AND indexed = 0",),
)


def connect(path: Path | None, *, busy_ms: int = 15_000) -> sqlite3.Connection:
    """A connection in autocommit mode: a transaction is what says BEGIN. Deleted content is overwritten, a commit is on the disk. Without
    a path it is to a database of its own in memory."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=busy_ms / 1000)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-65536"):
        db.execute(f"PRAGMA {pragma}")
    return db


def migrate(db: sqlite3.Connection) -> None:
    """Brings the file up to date; several processes may try at once. Raises StoreUnavailable for a file of a later version."""
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY) STRICT")
        version: int = db.execute("SELECT coalesce(max(version), 0) FROM migration").fetchone()[0]
        if version > len(MIGRATIONS):
            raise StoreUnavailable(f"the store has schema version {version}, this program knows {len(MIGRATIONS)}; run a later one")
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in statements:
                db.execute(statement)
            db.execute("INSERT INTO migration (version) VALUES (?)", (number,))
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
