"""Frozen values to JSON and back, by their annotations.

Knows dataclasses, named tuples, instants and JSON. Must not know which values there are, nor where the JSON is kept.
A field that has its default is left out, and read back as its default; an instant is UTC with microseconds, so that
instants sort as text.
"""

import json
import types
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Read = Callable[[Any], Any]

_PLAIN: tuple[type, ...] = (str, int, bool)


def instant(at: datetime) -> str:
    """32 characters, UTC, sortable. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"the instant {at.isoformat()} names no offset; give it one, such as +00:00")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def dumps(value: object) -> str:
    """Any frozen value as compact JSON text; the same value gives the same text."""
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))


def loads(cls: type[T], text: str) -> T:
    """The inverse of `dumps`. Raises ValueError."""
    return decode(cls, json.loads(text))


def encode(value: object) -> Any:
    """JSON values for a frozen value. Raises TypeError for what JSON has no form for, ValueError for a naive instant."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, tuple | list):
        return [encode(each) for each in cast(Sequence[object], value)]
    if isinstance(value, dict):
        return {str(key): encode(each) for key, each in cast(dict[object, object], value).items()}
    if is_dataclass(value) and not isinstance(value, type):
        found = ((name, getattr(value, name), default) for name, default in _defaults(type(value)))
        return {name: encode(each) for name, each, default in found if default is MISSING or each != default}
    raise TypeError(f"a {type(value).__name__} cannot be kept as JSON: {value!r}; turn it into a string, number, tuple or dict first")


def decode(cls: type[T], value: object) -> T:
    """A `cls` from what `encode` gave for one. Raises ValueError that names the field, the value and what was expected."""
    return _reader(cls)(value)


@cache
def _defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    return tuple((f.name, f.default) for f in fields(cls))


@cache
def _reader(hint: Any) -> Read:
    if hint is Any:
        return lambda value: value
    if hasattr(hint, "__supertype__"):
        return _reader(hint.__supertype__)
    if hint in _PLAIN:
        return _plain(hint)
    if hint is float:
        return _number
    if hint is datetime:
        return _instant
    if is_dataclass(hint):
        return _dataclass(cast(type, hint))
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _named_row(cast(type, hint))
    return _composite(hint, get_origin(hint), get_args(hint))


def _composite(hint: Any, origin: Any, parts: tuple[Any, ...]) -> Read:
    if origin is Literal:
        return _choice(parts)
    if origin in (Union, types.UnionType):
        return _optional(parts)
    if origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        return _many(_reader(parts[0]))
    if origin is tuple:
        return _row(parts, tuple)
    if origin is dict:
        return _mapping(_reader(parts[1]))
    raise TypeError(f"no way to read {hint!r} from JSON; add it to graph.encoding")


def _plain(cls: type) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not cls:
            raise ValueError(f"expected {cls.__name__}, got {value!r}")
        return value

    return read


def _number(value: Any) -> float:
    if type(value) not in (float, int):
        raise ValueError(f"expected a number, got {value!r}")
    return float(value)


def _instant(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"expected an ISO 8601 instant, got {value!r}")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(f"the instant {value!r} names no offset; give it one, such as +00:00")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _choice(allowed: tuple[Any, ...]) -> Read:
    kinds: set[type] = {type(each) for each in allowed}

    def read(value: Any) -> Any:
        if type(value) not in kinds or value not in allowed:
            raise ValueError(f"expected one of {', '.join(map(str, allowed))}, got {value!r}")
        return value

    return read


def _optional(parts: tuple[Any, ...]) -> Read:
    inner = _reader(next(part for part in parts if part is not type(None)))
    return lambda value: None if value is None else inner(value)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"expected a list, got {value!r}")
    return cast(list[Any], value)


def _many(inner: Read) -> Read:
    return lambda value: tuple([inner(each) for each in _listed(value)])


def _row(parts: tuple[Any, ...], build: Callable[[list[Any]], Any]) -> Read:
    readers = [_reader(part) for part in parts]

    def read(value: Any) -> Any:
        if len(_listed(value)) != len(readers):
            raise ValueError(f"expected {len(readers)} values, got {value!r}")
        return build([inner(each) for inner, each in zip(readers, value, strict=True)])

    return read


def _named_row(cls: type) -> Read:
    return _row(tuple(get_type_hints(cls).values()), lambda parts: cls(*parts))


def _mapping(inner: Read) -> Read:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"expected an object, got {value!r}")
        return {str(key): inner(each) for key, each in cast(dict[object, Any], value).items()}

    return read


def _dataclass(cls: type) -> Read:
    hints = get_type_hints(cls)
    readers: dict[str, Read] = {f.name: _reader(hints[f.name]) for f in fields(cls)}
    required = [f.name for f in fields(cls) if f.default is MISSING]

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"expected an object for {cls.__name__}, got {value!r}")
        found = cast(dict[str, Any], value)
        for name in required:
            if name not in found:
                raise ValueError(f"{cls.__name__}.{name} is missing")
        return cls(**{name: _field(cls, name, readers, each) for name, each in found.items()})

    return read


def _field(cls: type, name: str, readers: dict[str, Read], value: Any) -> Any:
    try:
        return readers[name](value)
    except KeyError as error:
        raise ValueError(f"{cls.__name__} has no field {name!r}; remove it or import with the version that wrote it") from error
    except ValueError as error:
        raise ValueError(f"{cls.__name__}.{name}: {error}") from error
