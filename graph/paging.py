"""Pages of a list, and the opaque cursors between them.

Knows positions in a list. Must not know what is listed.
"""

import base64
import json
from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar, cast

from graph.store import BadCursor

T = TypeVar("T")

LIMIT, MOST = 100, 500


def to_cursor(*position: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def from_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The position that the cursor keeps, None for the first page. Raises BadCursor for what `to_cursor` gave for no such list."""
    if cursor is None:
        return None
    try:
        found: object = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except ValueError as error:
        raise BadCursor(f"the cursor {cursor!r} is none that a list gave; leave it out to start at the first page") from error
    if not isinstance(found, list) or [type(each) for each in cast(list[object], found)] != list(kinds):
        raise BadCursor(f"the cursor {cursor!r} belongs to another list; leave it out to start at the first page")
    return tuple(cast(list[Any], found))


def checked(limit: int) -> int:
    """Raises ValueError for a limit outside 1..500."""
    if not 1 <= limit <= MOST:
        raise ValueError(f"limit {limit} is not in 1..{MOST}; give one that is, or leave it out for {LIMIT}")
    return limit


def page(numbered: Iterable[tuple[int, T]], limit: int, cursor: str | None) -> tuple[list[T], str | None]:
    """The first `limit` after the cursor, and the next cursor where more follow. The numbers grow, and a later list gives the same thing
    the same number."""
    checked(limit)
    last = from_cursor(cursor, int)
    rest = numbered if last is None else (pair for pair in numbered if pair[0] > last[0])
    found = list(islice(rest, limit + 1))
    following = to_cursor(found[limit - 1][0]) if len(found) > limit else None
    return [each for _, each in found[:limit]], following
