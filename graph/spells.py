"""Stretches of time that facts hold in: whether two meet, and what one leaves of the other. Pure.

Half-open; an open start is unknown, an open end not yet known.
"""

from nlp.types import Interval


def meets(one: Interval, other: Interval) -> bool:
    """Whether there is an instant in both."""
    return _before(one, other) and _before(other, one)


def _before(one: Interval, other: Interval) -> bool:
    """Whether one starts before the other ends."""
    return one.start is None or other.end is None or one.start < other.end


def without(whole: Interval, taken: Interval) -> tuple[Interval, ...]:
    """What is left of `whole`, earliest first. A stretch of unknown start that goes on after `taken` is taken to start there."""
    if not meets(whole, taken):
        return (whole,)
    early = taken.start is not None and (whole.start is None or whole.start < taken.start)
    late = taken.end is not None and (whole.end is None or taken.end < whole.end)
    left: list[Interval] = []
    if early and (whole.start is not None or not late):
        left.append(Interval(whole.start, taken.start))
    if late:
        left.append(Interval(taken.end, whole.end))
    return tuple(left)
