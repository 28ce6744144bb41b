"""The API's JSON as lines for a terminal. Pure.

Knows the contract's bodies and how people like to read them; asks nobody.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]


def answer(turn: Json) -> str:
    """What was understood, remembered and is under way, then the reply."""
    lines = [f"  understood  {turn['understood']}"]
    lines += [f"  {_resolution(each)}" for each in turn["resolutions"] if each["kind"] != "name" or each["status"] != "new"]
    lines += [f"  {each['change']:<10}  {each['text']}" for each in turn["facts"]]
    lines += [f"  goal        {_goal(each)}" for each in turn["goals"]]
    if turn["reply"]:
        lines += ["", f"[{turn['reply']['act']}]> {turn['reply']['text']}"]
    return "\n".join(lines)


def _resolution(found: Json) -> str:
    meant = found["value"] or found["entity"]
    if found["status"] == "ambiguous":
        meant = " or ".join(each["entity"] for each in found["candidates"])
    return f"{found['status']:<10}  {found['text']!r} = {meant or '?'}"


def _goal(goal: Json) -> str:
    slots = ", ".join(f"{name} = {slot['text']}" for name, slot in goal["slots"].items())
    awaiting = f", awaiting {goal['awaiting']}" if goal["awaiting"] else ""
    return f"{goal['name']} ({goal['status']}{awaiting}) {slots}".rstrip()


def told(found: Json) -> str:
    lines = [found["answer"]]
    if found["abstained"] and found["reason"]:
        lines.append(f"  because: {found['reason']}")
    return "\n".join((*lines, *(f"  said: {each['text']}" for each in found["citations"])))


def facts(found: Sequence[Json]) -> str:
    return "\n".join(_fact(each) for each in found) or "nothing is known"


def _fact(fact: Json) -> str:
    ended = (fact["retracted_at"] and "retracted") or (fact["valid_to"] and f"until {fact['valid_to']}")
    hedges = [word for word in (fact["polarity"], fact["modality"]) if word not in ("positive", "asserted")]
    notes = ", ".join(filter(None, (*hedges, ended)))
    return f"{fact['recorded_at']}  {fact['text']}" + (f"  ({notes})" if notes else "")


def timeline(found: Json) -> str:
    events = (f"{each['at']}  {each['kind']:<9}  {each['text']}" for each in found["events"])
    return "\n".join((found["entity"]["name"], *events))


def customer(found: Json) -> str:
    reached = ", ".join(f"{each['value']} ({each['channel']})" for each in found["addresses"])
    counts = ", ".join(f"{count} {name}" for name, count in found["counts"].items())
    return f"{found['name'] or 'a customer'} {found['customer_id']}\n  reached at {reached}\n  {counts}"


def replays(found: Sequence[Json]) -> str:
    """What replays change, customer by customer, with the sum of each kind."""
    changed = [each for each in found if each["changes"]]
    dry = any(each["dry_run"] for each in found)
    blocks = ["\n".join((each["customer_id"], *map(_difference, each["changes"]))) for each in changed]
    verb = "would change" if dry else "changed"
    return "\n\n".join((*blocks, f"{len(found)} replayed, {len(changed)} {verb}{_sums(changed)}"))


def _sums(changed: Sequence[Json]) -> str:
    counted: dict[str, int] = {}
    for each in changed:
        for change in each["changes"]:
            name = f"{change['kind']} {change['how']}"
            counted[name] = counted.get(name, 0) + 1
    return "".join(f", {count} {name}" for name, count in sorted(counted.items()))


def _difference(change: Json) -> str:
    mark = {"added": "+", "lost": "-", "changed": "~"}[change["how"]]
    was = (f"      {name}: {_short(each['was'])} -> {_short(each['is'])}" for name, each in change["fields"].items())
    return "\n".join((f"  {mark} {change['kind']:<6}  {_short(change['text'])}", *was))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
