"""What only the embedded store promises: one file, brought up to date, that keeps nothing of who was erased."""

import sqlite3
from pathlib import Path

import pytest

from graph import sqlite_archive as archive
from graph.sqlite_schema import MIGRATIONS, connect, migrate
from graph.sqlite_store import SqliteStore
from graph.store import StoreUnavailable
from tests.graph.examples import customer, scope, turn
from tests.graph.stores import left_in
from tests.graph.test_store import filled


async def test_an_erasure_that_was_cut_off_is_finished_when_the_store_is_opened(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "memory.db")
    await store.open()
    await store.create_customer(customer(scope(), "+15125550101"))
    for n in range(40):
        await store.accept(scope(), turn(scope(), str(n), f"Xylophone {n} " * 9 * n))
    await store.close()
    db = connect(tmp_path / "memory.db")
    assert archive.delete(db, scope())
    db.close()
    again = SqliteStore(tmp_path / "memory.db")
    await again.open()
    assert await left_in(tmp_path, ["Xylophone", "+15125550101"]) == {}
    await again.close()


async def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    db = connect(tmp_path / "memory.db")
    migrate(db)
    db.execute("INSERT INTO migration (version) VALUES (?)", (len(MIGRATIONS) + 1,))
    db.close()
    store = SqliteStore(tmp_path / "memory.db")
    with pytest.raises(StoreUnavailable, match="run a later one"):
        await store.open()
    await store.close()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "memory.db").write_text("no database at all, " * 99)
    store = SqliteStore(tmp_path / "memory.db")
    with pytest.raises(StoreUnavailable, match=r"memory\.db"):
        await store.open()
    await store.close()


async def test_every_read_of_a_list_uses_an_index(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "memory.db")
    await store.open()
    await filled(store, scope())
    await store.close()
    db = sqlite3.connect(tmp_path / "memory.db")
    for table in archive.TABLES:
        plan = db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE tenant = 't1' AND customer = 'c1'").fetchall()
        assert "SEARCH" in plan[0][3] and "tenant=? AND customer=?" in plan[0][3], plan
    db.close()


async def test_a_store_in_memory_is_a_store_until_it_is_closed() -> None:
    for _ in range(2):
        store = SqliteStore(None)
        await store.open()
        assert await store.customer(scope()) is None
        await filled(store, scope())
        exported = await store.export(scope())
        assert exported and (await store.erase(scope()) or {})["facts"] == 3
        await store.restore(scope().tenant, exported)
        assert await store.export(scope()) == exported
        await store.close()
