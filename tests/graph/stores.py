"""The stores that the laws are held on, by name. Another store is another entry; nothing else changes."""

from collections.abc import Callable
from pathlib import Path

from graph.sqlite_store import SqliteStore
from graph.store import Store

STORES: dict[str, Callable[[Path], Store]] = {"sqlite": lambda folder: SqliteStore(folder / "memory.db")}
