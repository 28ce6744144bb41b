"""What one turn puts into a goal's slots, several at once and in any order; and which slot is due next.

Knows the rules of slots: conditions, optional, known, told. How one type is read is in `slot_readers`. Must not know a playbook's words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.heard import Heard
from agent.playbook import CONFIRM, GoalSpec, SlotSpec
from agent.slot_readers import READERS
from agent.slot_reading import Reader
from agent.slot_text import bare_words
from agent.slot_times import is_whole, settles
from graph.model import EntityId, SlotValue

_WORDS = frozenset({"place", "person", "yes_no", "text"})  # types that take any words
_ORDER = ("phone", "email", "choice", "datetime", "date", "money", "number", "place", "person", "yes_no", "text")
_INSTEAD_OF = re.compile(
    r"^(?:.*?\b(?:it's|its|it is|that's|i meant|make (?:it|that)|should be|i said) )?(?P<new>.+?),? (?:not|instead of|rather than) "
    r"(?:a |an |the |my |in |on |at )?(?P<old>[^,.!?]+)",
    re.IGNORECASE,
)
_NUMBER_IS = re.compile(
    r"\b(?:sorry|no|wait|actually|oops|correction|mean|meant|mistake|wrong)\b.*?(?:\bis|'s|’s|\bmeant?|\bmake (?:it|that)|^\W*\w+|,)"
    r"\s+(?:an? |the )?(?P<new>\d+)\W*$",
    re.IGNORECASE,
)


def fill(reader: Reader) -> dict[str, SlotValue]:
    """The slots after the turn: filled, corrected, and freed of those whose condition no longer holds."""
    slots, fresh = dict(reader.slots), set[str]()
    for spec in _in_order(reader):
        if not _may_read(spec, reader, slots, fresh):
            continue
        found = READERS[spec.type](spec, replace(reader, slots=slots))
        if found is None or (spec.name in slots and slots[spec.name].value == found.value):
            continue
        slots[spec.name] = SlotValue(found.value, found.text, reader.heard.turn, EntityId(found.entity) if found.entity else None)
        fresh.add(spec.name)
        slots = _imply(spec, slots, fresh, reader)
        if spec.type != "yes_no":
            reader = replace(reader, taken=(*reader.taken, found.span, *found.beside))
    slots = _renumbered(reader, _replaced_by_value(reader, slots, fresh), fresh)
    return _dropped(reader.goal, slots)


def _in_order(reader: Reader) -> list[SlotSpec]:
    """What has a form of its own before what takes any words; within each, what was asked for first;
    plain text takes what is left."""
    readable = [s for s in reader.goal.slots if s.type != "tell"]
    return sorted(readable, key=lambda s: (s.type in _WORDS, s.type == "text", s.name != reader.asked, _ORDER.index(s.type)))


def _may_read(spec: SlotSpec, reader: Reader, slots: Mapping[str, SlotValue], fresh: set[str]) -> bool:
    """Not what the turn just ruled out; not what is filled, unless the turn corrects or the value is incomplete."""
    ruled_out = any(o in slots and slots[o].value != v and (o in fresh or spec.type in ("yes_no", "tell")) for o, v in spec.condition)
    unknown = any(o not in slots for o, _ in spec.condition)
    if ruled_out or (unknown and spec.type in ("yes_no", "tell")):
        return False
    partial = spec.type in ("datetime", "date") and spec.name in slots and not is_whole(slots[spec.name].value, spec.type)
    timed = spec.type in ("datetime", "date") and any(settles(c.text) for c in reader.clauses)
    explicit = timed or spec.type in ("phone", "email", "yes_no", "choice", "person", "place")
    return spec.name not in slots or partial or explicit or reader.correcting or spec.name == reader.asked


def _imply(spec: SlotSpec, slots: dict[str, SlotValue], fresh: set[str], reader: Reader) -> dict[str, SlotValue]:
    """What fills a slot makes its condition true."""
    for other, value in spec.condition:
        if other not in slots or slots[other].value != value:
            slots = {**slots, other: SlotValue(value, slots[spec.name].text, reader.heard.turn)}
            fresh.add(other)
    return slots


def _dropped(goal: GoalSpec, slots: Mapping[str, SlotValue]) -> dict[str, SlotValue]:
    kept: dict[str, SlotValue] = {}
    for spec in goal.slots:
        if spec.name in slots and applies(spec, kept):
            kept[spec.name] = slots[spec.name]
    return kept


def applies(spec: SlotSpec, slots: Mapping[str, SlotValue]) -> bool:
    """Whether all its conditions hold."""
    return all(other in slots and slots[other].value == value for other, value in spec.condition)


def is_filled(spec: SlotSpec, slots: Mapping[str, SlotValue]) -> bool:
    if spec.name not in slots:
        return False
    return spec.type not in ("datetime", "date") or is_whole(slots[spec.name].value, spec.type)


def next_due(goal: GoalSpec, slots: Mapping[str, SlotValue], told: Sequence[str]) -> tuple[str | None, tuple[SlotSpec, ...]]:
    """(what to ask for, `tell` slots reached before it): a slot's name, "confirm", or None where nothing is left."""
    tells: list[SlotSpec] = []
    for spec in goal.slots:
        if not applies(spec, slots):
            continue
        if spec.type == "tell":
            tells += [] if spec.name in told else [spec]
        elif not spec.optional and not is_filled(spec, slots):
            return spec.name, tuple(tells)
    return (CONFIRM if goal.confirm else None), tuple(tells)


def with_known(goal: GoalSpec, slots: Mapping[str, SlotValue], heard: Heard) -> dict[str, SlotValue]:
    """Slots marked `known` filled from memory or the address; an E.164 number, a name, as the caller gives them. People by their names."""
    found = {name: _renamed(slot, heard) for name, slot in slots.items()}
    for spec in goal.slots:
        if spec.known and spec.name not in found and applies(spec, found):
            value = heard.known.get(spec.name, heard.known.get(spec.type))
            value = heard.customer_name if value is None and spec.type == "person" else value
            if value is not None:
                found[spec.name] = SlotValue(value, str(value), heard.turn)
    return found


def _renamed(slot: SlotValue, heard: Heard) -> SlotValue:
    """Somebody described ("my son") under the name that came out since."""
    name = heard.names.get(slot.entity) if slot.entity else None
    return replace(slot, value=name) if name else slot


def _replaced_by_value(reader: Reader, slots: dict[str, SlotValue], fresh: set[str]) -> dict[str, SlotValue]:
    """ "A Civic, not an Accord": whichever slot holds the old value takes the new one."""
    match = _INSTEAD_OF.search(reader.heard.parse.text) if reader.correcting else None
    if match is None or fresh:
        return slots
    old = set(re.findall(r"\w+", match["old"].lower()))
    for spec in reader.goal.slots:
        held = slots.get(spec.name)
        if (
            spec.type in ("text", "place", "person")
            and held
            and spec.name not in fresh
            and old <= set(re.findall(r"\w+", str(held.value).lower()))
        ):
            return {**slots, spec.name: SlotValue(bare_words(match["new"]), match["new"], reader.heard.turn)}
    return slots


def _renumbered(reader: Reader, slots: dict[str, SlotValue], fresh: set[str]) -> dict[str, SlotValue]:
    """ "Sorry, it's a 2017": the one number of as many digits that words hold gives way to it, where no number was asked for."""
    match = None if fresh else _NUMBER_IS.search(reader.heard.parse.text)
    asked = next((s for s in reader.goal.slots if s.name == reader.asked), None)
    if match is None or (asked is not None and asked.type in ("number", "money")):
        return slots
    for spec in (s for s in reader.goal.slots if s.type in ("text", "place") and s.name in slots):
        value = str(slots[spec.name].value)
        numbers = [n for n in re.findall(r"\d+", value) if len(n) == len(match["new"])]
        if len(numbers) == 1:
            return {**slots, spec.name: SlotValue(value.replace(numbers[0], match["new"]), match[0], reader.heard.turn)}
    return slots
