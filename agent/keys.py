"""API keys: who may do what, from a file of `key-hash, tenant, scopes` lines.

Knows hashes, tenants and scopes; never keeps a key. A key has 256 bits of chance in it, so one round of SHA-256 is as hard to turn back
as the key is to guess; a slow hash, which passwords need, would only make each request slow.
"""

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from graph.model import TenantId

KeyScope = Literal["chat", "read", "admin"]
SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
_HASH = re.compile(r"[0-9a-f]{64}")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class KeysError(Exception):
    """The key file breaks its shape, or is asked for what it does not hold; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key opens."""

    tenant: TenantId
    scopes: frozenset[KeyScope]


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """hash: hexadecimal SHA-256 of the key; its first twelve digits name the entry to people."""

    hash: str
    grant: Grant

    @property
    def line(self) -> str:
        scopes = " ".join(scope for scope in SCOPES if scope in self.grant.scopes)
        return f"{self.hash}, {self.grant.tenant}, {scopes}\n"


class KeyRing:
    """The entries of a key file, read anew when the file changes."""

    def __init__(self, path: Path) -> None:
        """Raises KeysError."""
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._entries: tuple[KeyEntry, ...] = ()
        self.entries()

    def entries(self) -> tuple[KeyEntry, ...]:
        """Raises KeysError: a file that cannot be read opens nothing."""
        try:
            stat = self._path.stat()
        except OSError as error:
            raise KeysError(f"{self._path} cannot be read ({error.strerror}); make it with: throughline keys add --tenant NAME") from error
        if (stat.st_mtime_ns, stat.st_size) != self._seen:
            self._entries = read_keys(self._path)
            self._seen = (stat.st_mtime_ns, stat.st_size)
        return self._entries

    def find(self, key: str) -> Grant | None:
        """In time that does not depend on which entry fits, or on whether one does."""
        digest = key_hash(key)
        found: Grant | None = None
        for entry in self.entries():
            if hmac.compare_digest(entry.hash, digest):
                found = entry.grant
        return found


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


def read_keys(path: Path) -> tuple[KeyEntry, ...]:
    """Raises KeysError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"{path} cannot be read ({error}); make it with: throughline keys add --tenant NAME") from error
    return tuple(_entry(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#"))


def add_key(path: Path, tenant: str, scopes: frozenset[KeyScope]) -> str:
    """Appends an entry for a fresh key and gives the key, which is kept nowhere. Raises KeysError."""
    if not _TENANT.fullmatch(tenant):
        raise KeysError(f"tenant {tenant!r}: expected 1 to 63 letters, digits, '-' or '_', the first a letter or digit")
    if not scopes:
        raise KeysError(f"a key without scopes opens nothing; name some of {', '.join(SCOPES)}")
    if path.exists():
        read_keys(path)
    key = f"tl_{secrets.token_urlsafe(32)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.write(KeyEntry(key_hash(key), Grant(TenantId(tenant), scopes)).line)
    return key


def remove_key(path: Path, start: str) -> KeyEntry:
    """Takes out the one entry whose hash begins with `start`, or whose key is `start`. Raises KeysError."""
    entries = read_keys(path)
    found = [entry for entry in entries if entry.hash == key_hash(start) or (len(start) >= 6 and entry.hash.startswith(start.lower()))]
    if len(found) != 1:
        raise KeysError(f"{path} holds {len(found) or 'no'} entries that fit {start!r}; see: throughline keys list")
    kept = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if not line.lstrip().startswith(found[0].hash)]
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.writelines(kept)
    fresh.replace(path)
    return found[0]


def _entry(line: str, where: str) -> KeyEntry:
    parts = [part.strip() for part in line.split(",", 2)]
    if len(parts) != 3:
        raise KeysError(f"{where}: expected `key-hash, tenant, scopes`, found {len(parts)} of the three")
    digest, tenant, scopes = parts[0].lower(), parts[1], parts[2].replace(",", " ").split()
    if not _HASH.fullmatch(digest):
        raise KeysError(
            f"{where}: the key-hash is to be the 64 hexadecimal digits of the key's SHA-256; let `throughline keys add` write it"
        )
    if not _TENANT.fullmatch(tenant):
        raise KeysError(f"{where}: tenant {tenant!r}: expected letters, digits, '-' or '_'")
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise KeysError(f"{where}: scopes {' '.join(scopes)!r}: expected some of {' '.join(SCOPES)}")
    return KeyEntry(digest, Grant(TenantId(tenant), frozenset(cast("list[KeyScope]", scopes))))
