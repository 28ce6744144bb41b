"""From a turn as said to the turn as meant: references settled, what was left out filled in, and words for both.

The one entry point of reference resolution. Knows parses and earlier turns; no graph, no playbook.
"""

from collections.abc import Callable

from nlp import coref
from nlp.callbacks import resolve_callbacks
from nlp.types import Discourse, Lexicon, Parse, Understanding
from nlp.understood import referent_of, replacements, turn_phrase


def understand(parse: Parse, discourse: Discourse, lexicon: Lexicon, *, reparse: Callable[[str], Parse]) -> Understanding:
    """Resolves the turn's mentions, completes it, and says it in full. `reparse` reads a completed text as said in this turn."""
    settled = resolve_callbacks(parse, discourse, lexicon)
    resolutions = coref.resolve(parse, discourse, lexicon, settled=settled)
    said = turn_phrase(parse, resolutions)
    meant = said.edited(replacements(parse, discourse, resolutions))
    del reparse
    return Understanding(meant.dated(), parse, resolutions, tuple(map(referent_of, resolutions)))
