"""One process at a time on a data folder: embedded stores have one owner.

Knows the lock and who holds it; nothing of what the folder keeps.
"""

import json
import os
from pathlib import Path

from filelock import FileLock, Timeout

from agent.settings import PREFIX, Settings


class DataFolderInUse(Exception):
    """Another process holds the folder; the message names it and the remedy."""


def hold(settings: Settings, what: str) -> FileLock:
    """Holds the folder, which it creates, until the lock is released or the process ends. Raises DataFolderInUse, OSError.

    what: the command, for the message that another one gets.
    """
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise DataFolderInUse(_refusal(folder)) from None
    (folder / "holder.json").write_text(json.dumps({"pid": os.getpid(), "what": what, "url": settings.url}), encoding="utf-8")
    return lock


def _refusal(folder: Path) -> str:
    try:
        holder: dict[str, object] = json.loads((folder / "holder.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        holder = {}
    who = f"process {holder.get('pid', '(unknown)')} (throughline {holder.get('what', '…')})"
    other = f"set {PREFIX}DATA_DIR to another folder, or end that process"
    if holder.get("what") == "serve":
        return f"the data folder {folder} is in use by {who}; talk to it with --url {holder.get('url')}, {other}"
    return f"the data folder {folder} is in use by {who}; {other}"
