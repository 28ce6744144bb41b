"""Text as it was typed or heard, made readable, with the way back to every character of the source.

Knows spelling and speech; no names of customers, no parse, no clock. Well-written text stays as it is but for quotes, spaces,
control characters and emoji.
"""

import re

from nlp.apostrophes import with_apostrophes
from nlp.casing import is_small, with_names, with_sentence_ends
from nlp.disfluency import smooth
from nlp.pieces import Normalized, Piece, join, split
from nlp.readout import read_out
from nlp.repair_pointer import SlipFinder
from nlp.shared_names import with_shared_names
from nlp.spelling import correct_typos, respell, unstretch

__all__ = ["Normalized", "normalize"]

_THUMB = re.compile(r"\s*(?:([\U0001F44D\U0001F44C\u2705\u2714])|(\U0001F44E))[\uFE0F\U0001F3FB-\U0001F3FF\U0001F44D\U0001F44E\s]*")


def normalize(source: str, slips: SlipFinder | None = None) -> Normalized:
    """Readable text; `slips` finds what was taken back beside what the rules do. Never raises."""
    thumb = _THUMB.fullmatch(source)
    if thumb:
        return join([Piece("Yes" if thumb[1] else "No", 0, len(source), False)], source)
    pieces = split(_lowered(source))
    small = is_small(pieces)
    tidy = not small and source.rstrip()[-1:] in {".", "!", "?"}
    pieces = read_out(smooth(respell(unstretch(pieces)), slips))
    pieces = with_names(pieces, small)  # before typos: a name is no slip
    pieces = with_names(correct_typos(with_apostrophes(pieces, careful=tidy), careful=tidy), small)
    return join(with_shared_names(with_sentence_ends(pieces) if small else pieces), source)


def _lowered(source: str) -> str:
    """Text in capitals throughout is read as text without any; each character keeps its place."""
    letters = [c for c in source if c.isalpha()]
    shouted = len(letters) > 12 and sum(c.isupper() for c in letters) > 0.8 * len(letters) and len(source.split()) > 3
    return "".join(low if len(low := c.lower()) == 1 else c for c in source) if shouted else source
