"""Times said again: which earlier words a time expression repeats, as a whole or by its day or its time of day.

Knows time expressions of this turn and of earlier ones; computes no time.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from nlp.types import Antecedent, Discourse, Parse, TimeExpression

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def with_antecedents(parse: Parse, discourse: Discourse) -> tuple[TimeExpression, ...]:
    """The turn's times, each with the last earlier words for the same time, else for the same day, else for the same time of day, where
    it names none yet."""
    said = list(_said(discourse))
    linked: list[TimeExpression] = []
    for time in parse.times:
        again = next((p for part in _PARTS if (own := part(time.value)) for value, p in reversed(said) if part(value) == own), None)
        linked.append(time if time.antecedent or again is None else replace(time, antecedent=again))
        span = parse.source_span(time.span)
        said.append((time.value, Antecedent(discourse.turn_id, span, parse.source[span.start : span.end])))
    return tuple(linked)


def _day(value: str) -> str:
    """The day of an instant, of a part of a day, or that is meant; "" for what is longer."""
    return found[0] if (found := _DAY.match(value)) and all(end[:10] == found[0] for end in value.split("/")) else ""


def _clock(value: str) -> str:
    """The time of day of an instant."""
    return value[10:16] if _DAY.match(value) and value[10:11] == "T" and "/" not in value else ""


_PARTS = (str, _day, _clock)


def _said(discourse: Discourse) -> Iterator[tuple[str, Antecedent]]:
    """Times of the window, oldest first, with their places."""
    for turn in discourse.turns:
        for time in turn.parse.times:
            span = turn.parse.source_span(time.span)
            yield time.value, Antecedent(turn.turn_id, span, turn.parse.source[span.start : span.end])
