"""Times said again: which earlier words a time expression repeats.

Knows time expressions of this turn and of earlier ones; computes no time.
"""

from collections.abc import Iterator
from dataclasses import replace

from nlp.types import Antecedent, Discourse, Parse, TimeExpression


def with_antecedents(parse: Parse, discourse: Discourse) -> tuple[TimeExpression, ...]:
    """The turn's times, each with the last earlier words for the same time, where it names none yet."""
    said = list(_said(discourse))
    linked: list[TimeExpression] = []
    for time in parse.times:
        again = next((place for value, place in reversed(said) if value == time.value), None)
        linked.append(time if time.antecedent or again is None else replace(time, antecedent=again))
        span = parse.source_span(time.span)
        said.append((time.value, Antecedent(discourse.turn_id, span, parse.source[span.start : span.end])))
    return tuple(linked)


def _said(discourse: Discourse) -> Iterator[tuple[str, Antecedent]]:
    """Times of the window, oldest first, with their places."""
    for turn in discourse.turns:
        for time in turn.parse.times:
            span = turn.parse.source_span(time.span)
            yield time.value, Antecedent(turn.turn_id, span, turn.parse.source[span.start : span.end])
