"""Mentions that go back to what was offered or said: positions in lists, contrasts, descriptions, "the same as last time".

Knows the turn's parse, the discourse and the recall that it brings; no graph, no store.
"""

from nlp.types import Discourse, Lexicon, Parse, Resolution


def resolve_callbacks(parse: Parse, discourse: Discourse, lexicon: Lexicon) -> dict[int, Resolution]:
    """By mention index; mentions that are no callbacks are left to coreference."""
    del parse, discourse, lexicon
    return {}
