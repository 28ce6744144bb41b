"""Text as it was typed or heard, made readable, with the way back to every character of the source.

Knows spelling and speech; no names of customers, no parse, no clock.
"""

from typing import NamedTuple


class Normalized(NamedTuple):
    """text[i] came from source[offsets[i]:ends[i]]; both have one more entry, len(source), for the end."""

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...]


def normalize(source: str) -> Normalized:
    """Printable text with single spaces; the identity on well-written text. Never raises."""
    kept = [i for i, c in enumerate(source) if c.isprintable() or c.isspace()]
    text = "".join(" " if source[i].isspace() else source[i] for i in kept)
    return Normalized(text, (*kept, len(source)), (*(i + 1 for i in kept), len(source)))
