"""What the business arranges for a customer, askable by what the customer had asked for: who comes, when, for how much. Pure.

Knows a turn's drafts and the facts told before; only what a person of the business says for sure counts, no offer and no question.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from graph.drafts import Draft, Heard
from graph.model import Fact

_BOOKING = frozenset(
    ["book", "book_in", "put_down", "put_in", "schedule", "pencil_in", "reserve", "set_up", "sign_up", "slot_in", "fit_in", "squeeze_in",
     "have_down", "mark_down", "confirm", "see", "set", "come", "arrive", "visit", "stop_by", "come_by", "come_out", "drop_by", "be_there"]
)  # fmt: skip
_DOING = frozenset(
    ["do", "handle", "come", "come_out", "come_by", "come_over", "take", "take_care", "take_on", "look", "go", "see", "deal", "meet",
     "visit", "help", "work", "perform", "carry_out", "send", "be"]
)  # fmt: skip
_VISIT = ("come", "visit", "appointment", "arrive", "schedule", "book")
_PRICE = ("cost", "price", "charge", "pay")
_ASKING = re.compile(r"asks_to_|want|need|like")
_OFFERED = re.compile(r"\b(?:can|could|may|might|would|if)\b")
_OPEN = timedelta(days=2)  # how long after it was asked for an arrangement is about a request


def is_booking(heard: Heard, draft: Draft) -> bool:
    """ "You're booked for Friday at 3", "I've put you down for Thursday": what the business has set a time for."""
    done = draft.predicate.removesuffix("_when").removesuffix("_for").removesuffix("_in") in _BOOKING or draft.predicate in _BOOKING
    sure = draft.polarity == "positive" and draft.modality == "asserted" and not _OFFERED.search(draft.text)
    said = heard.turn.speaker == "agent" and sure
    return said and done and draft.when is not None and (draft.tense != "past" or _is_perfect(draft))


def _is_perfect(draft: Draft) -> bool:
    return bool(re.search(r"\b(?:have|has|'ve|is|are)\b", draft.text))


def arranged(heard: Heard, drafts: Sequence[Draft], known: Collection[Fact]) -> list[Draft]:
    """The drafts; those that arrange something have the words of the request with their own."""
    if heard.turn.speaker != "agent":
        return list(drafts)
    asked = _request(heard, known)
    return [replace(d, lemmas=tuple(dict.fromkeys((*d.lemmas, *more)))) if (more := _known_as(heard, d, asked)) else d for d in drafts]


def _known_as(heard: Heard, draft: Draft, asked: tuple[str, ...]) -> tuple[str, ...]:
    if draft.polarity == "negative" or draft.modality != "asserted":
        return ()
    if is_booking(heard, draft):
        return (*_VISIT, *asked)
    if draft.value_type == "money" and draft.predicate in ("is", "cost", "come_to", "charge", "run"):
        return (*_PRICE, *asked)
    doer = heard.entity(draft.subject)
    acts = draft.tense == "future" and draft.predicate.split("_when")[0] in _DOING
    return asked if acts and doer is not None and doer.type == "person" and not doer.is_customer else ()


def _request(heard: Heard, known: Collection[Fact]) -> tuple[str, ...]:
    """The words of what the customer asked for last, not long ago."""
    said = (f for f in known if f.said_by == heard.customer and f.retracted_at is None and _ASKING.match(f.predicate))
    wishes = [f for f in said if heard.recorded_at - f.recorded_at < _OPEN]
    last = max(wishes, key=lambda f: f.recorded_at, default=None)
    if last is None:
        return ()
    words = (w for f in wishes if f.turn == last.turn for w in f.lemmas)
    return tuple(dict.fromkeys(w for w in words if w not in ("want", "need", "like", "ask")))
