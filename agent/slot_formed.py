"""How slots with a form of their own are read from a turn: a choice, a time, an amount, a number, a phone number, a mail address.

Knows one slot at a time; not the order of slots, nor their conditions. Must not know a playbook's words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.heard import Clause
from agent.playbook import SlotSpec
from agent.sense import acts_of, concepts, content
from agent.slot_choice import Chosen, named_options
from agent.slot_numbers import Number, find_numbers, plain_number
from agent.slot_reading import Fill, Reader, is_alone, is_bid, is_pure_question
from agent.slot_times import Said, bare_clock, is_whole, iso_said, merged, said_times, settles, shifted
from nlp.syntax import starting
from nlp.types import Mention, Span

_RATE = re.compile(r"\s*(?:an?|per|each|every|/)\s*(?:night|day|week|month|year|hour|person|head|piece|visit)\b", re.IGNORECASE)  # a price
_SETTLED = re.compile(r"\b(?:let's (?:say|go with|do|make it)|make (?:it|that)|i'd say|say|call it|actually|no)[ ,]+$", re.IGNORECASE)
_CHOICE_MEANT = 0.5  # cosine of an answer with an option that it does not name
_CHOICE_ALONE = 0.2  # by which it must be nearer than to any other, where nothing was asked


def choice(spec: SlotSpec, reader: Reader) -> Fill | None:
    found: list[tuple[Clause, Chosen]] = []
    for clause in reader.clauses:
        asks = "wh_question" in acts_of(clause) and clause not in reader.starting
        tokens = starting(reader.heard.parse.tokens, clause.span)
        found += [] if asks else [(clause, c) for c in named_options(clause.text, tokens, spec.options)]
    beside = tuple(Span(c.span.start + f.span.start, c.span.start + f.span.end) for c, f in found)
    found = [f for f in found if not f[1].rejected]
    if spec.name in reader.slots and not reader.correcting and spec.name != reader.asked:
        found = [f for f in found if is_alone(f[1].span, f[0], reader)]  # chosen anew: "the kennel then"
    if found:
        clause, chosen = found[-1] if reader.correcting else found[0]
        span = Span(clause.span.start + chosen.span.start, clause.span.start + chosen.span.end)
        return Fill(chosen.option.name, reader.heard.parse.text[span.start : span.end], span, _meant_by(span, reader), beside=beside)
    return _meant_choice(spec, reader) if spec.name == reader.asked or (reader.starting and spec.name not in reader.slots) else None


def _meant_by(span: Span, reader: Reader) -> str | None:
    """The entity that the words stand for, where they are a mention."""
    mentions = (m for m in reader.heard.parse.mentions if m.span.start <= span.start and span.end <= m.span.end)
    named = next((reader.heard.named.get(m.index) for m in mentions), None)
    return named.entity if named else None


def _meant_choice(spec: SlotSpec, reader: Reader) -> Fill | None:
    """An answer that names no option but is near to one in meaning; unasked, what is told and is near to one alone."""
    vectors = reader.sense.embed([name for option in spec.options for name in (option.name, *option.also)])
    asked = spec.name == reader.asked
    best: tuple[float, Fill] | None = None
    for clause in (c for c in reader.clauses if not (is_pure_question(c) if asked else acts_of(c))):
        near = {o.name: max(float(vectors[name] @ clause.vector) for name in (o.name, *o.also)) for o in spec.options}
        first, *others = sorted(near, key=lambda name: -near[name])
        alone = asked or not others or near[first] - near[others[0]] >= _CHOICE_ALONE
        if near[first] >= _CHOICE_MEANT and alone and (best is None or near[first] > best[0]):
            best = (near[first], Fill(first, clause.text, clause.span))
    return best[1] if best else None


def when(spec: SlotSpec, reader: Reader) -> Fill | None:
    zone = reader.sense.playbook.business.zone
    asked, old = spec.name == reader.asked, reader.slots.get(spec.name)
    clauses = [c for c in reader.clauses if asked or reader.correcting or c in reader.starting or is_bid(c, reader)]
    gone = any(e.past for e in reader.sense.of("ask", (reader.goal.name, spec.name)))
    clauses = [c for c in clauses if gone or not c.past]
    clauses = _requested(clauses, reader) if reader.correcting else clauses
    anew = old is not None and not asked and not reader.correcting and is_whole(old.value, spec.type)
    clauses = [c for c in clauses if settles(c.text)] if anew else clauses
    said = said_times(reader.heard.parse.times, at=reader.heard.at, zone=zone, within=[c.span for c in clauses], gone=gone)
    said += _chosen_times(clauses, reader)
    if not said and (asked or (reader.correcting and old is not None)):
        said = [b for c in clauses if (b := bare_clock(c.text, c.span.start)) and reader.free(b.span)]
    if spec.type == "date":
        said = [replace(s, clock=None) for s in said if s.day]
    shifts = [s for c in clauses if old and (s := shifted(old.value, c.text, c.span.start))]
    said = _on_second_thought(shifts or [s for s in said if reader.free(s.span) and not _turned_down(s, reader)], reader)
    if not said:
        return None
    value = merged(old.value if old else None, said if reader.correcting else _one_each(said), zone)
    if value is None or (not old and value.startswith("T") and not (asked or reader.starting or reader.correcting)):
        return None
    span = Span(said[0].span.start, said[-1].span.end)
    return Fill(value, reader.heard.parse.text[span.start : span.end], span)


def _on_second_thought(said: list[Said], reader: Reader) -> list[Said]:
    """Those behind "oh wait", where some are: "Wednesday at 9? Oh wait, I work then. Friday at 9." """
    turns = [c.span.start for c in reader.heard.clauses if acts_of(c) & {"wait", "correct"}]
    after = [s for s in said if turns and s.span.start > turns[-1]]
    return after or said


def _requested(clauses: Sequence[Clause], reader: Reader) -> Sequence[Clause]:
    """Those that ask for a time, where some do: "she's got a meeting on Friday, can we do Thursday?"."""
    asking = [c for c in clauses if "request" in acts_of(c) and any(_within(t.span, c.span) for t in reader.heard.parse.times)]
    return asking or clauses


def _within(span: Span, whole: Span) -> bool:
    return whole.start <= span.start and span.end <= whole.end


def _one_each(said: Sequence[Said]) -> list[Said]:
    """The first day and the first time of day, where several are named and nothing says that the later ones replace them."""
    day = next((s for s in said if s.day), None)
    clock = day if day and day.clock else next((s for s in said if s.clock), None)
    return list(dict.fromkeys(s for s in (day, clock) if s))


def _chosen_times(clauses: Sequence[Clause], reader: Reader) -> list[Said]:
    found: list[Said] = []
    for mention in reader.heard.parse.mentions:
        named = reader.heard.named.get(mention.index)
        inside = any(c.span.start <= mention.span.start < c.span.end and not _only_agrees(c, mention) for c in clauses)
        if inside and named and named.value and mention.kind in ("ordinal", "callback", "nominal", "pronoun"):
            said = iso_said(named.value, mention.span, mention.text)
            found += [said] if said else []
    return found


def _only_agrees(clause: Clause, mention: Mention) -> bool:
    """ "That works.": agrees with a time, and chooses none."""
    return mention.kind == "pronoun" and bool(acts_of(clause) & {"affirm", "ack"})


def _turned_down(said: Said, reader: Reader) -> bool:
    before = reader.heard.parse.text[: said.span.start].lower()
    return (
        re.search(r"\b(?:not|instead of|rather than|isn't|can't do|can't make|except|no longer)\s+(?:on\s+|at\s+|the\s+)?$", before)
        is not None
    )


def money(spec: SlotSpec, reader: Reader) -> Fill | None:
    for number, clause in _numbers(reader):
        if number.currency or number.scaled or spec.name == reader.asked:
            if "question" in acts_of(clause) and clause not in reader.starting and "request" not in acts_of(clause):
                continue
            currency = number.currency or reader.sense.playbook.business.currency
            span = Span(number.span.start + clause.span.start, number.span.end + clause.span.start)
            value = {"amount": plain_number(number.value), "currency": currency}
            return Fill(value, reader.heard.parse.text[span.start : span.end], span)
    return None


def _numbers(reader: Reader) -> list[tuple[Number, Clause]]:
    """Numbers that are no part of a time, a phone, an address or a code."""
    parse = reader.heard.parse
    held = [t.span for t in parse.times if t.kind != "duration" and not _is_bare(parse.text[t.span.start : t.span.end])]
    held += [m.span for m in parse.mentions if m.type in ("phone", "email", "address", "code")]
    found: list[tuple[Number, Clause]] = []
    for clause in reader.clauses:
        for number in find_numbers(clause.text):
            span = Span(number.span.start + clause.span.start, number.span.end + clause.span.start)
            if reader.free(span) and not any(h.start <= span.start < h.end for h in held):
                found.append((number, clause))
    return found


def _is_bare(text: str) -> bool:
    """Nothing but a number, whatever else it may be taken for."""
    numbers = find_numbers(text)
    return len(numbers) == 1 and numbers[0].span == Span(0, len(text))


def number(spec: SlotSpec, reader: Reader) -> Fill | None:
    """The first that is said; the last that is settled on: "two, maybe three. Let's say three."."""
    fills = list(_counts(spec, reader))
    settled = [f for f in fills if _SETTLED.search(reader.heard.parse.text[: f.span.start])]
    if not settled:
        return fills[0] if fills else None
    return replace(settled[-1], beside=tuple(f.span for f in fills))


def _counts(spec: SlotSpec, reader: Reader) -> Iterator[Fill]:
    key = (reader.goal.name, spec.name)
    asked_lemmas = frozenset[str]().union(
        *(e.lemmas for e in reader.sense.of("ask", key)), *(e.lemmas for e in reader.sense.of("like", key))
    )
    for number, clause in _numbers(reader):
        if clause not in reader.starting and is_pure_question(clause):
            continue
        span = Span(number.span.start + clause.span.start, number.span.end + clause.span.start)
        if _RATE.match(reader.heard.parse.text[span.end :]):
            continue
        after = [t for t in reader.heard.parse.tokens if span.end <= t.span.start < min(clause.span.end, span.end + 30)][:3]
        nouns = [t for t in after if t.pos in ("NOUN", "PROPN", "ADJ")]
        counted = content(nouns) | concepts(" ".join(t.text for t in nouns))
        near = reader.sense.nearness(clause.vector, "like", key)
        alone = (spec.name == reader.asked) and not (counted and _counts_another(counted, spec, reader))
        alone = alone or (not counted and _changes_count(spec, span, reader))
        if alone or (counted & asked_lemmas and not number.currency) or near >= 0.55:
            span = Span(span.start, after[0].span.end) if counted and after[0].pos == "NOUN" else span
            yield Fill(plain_number(number.value), reader.heard.parse.text[span.start : span.end], span)


def _changes_count(spec: SlotSpec, span: Span, reader: Reader) -> bool:
    """ "Make it three", where no other number was given."""
    numbers = [s.name for s in reader.goal.slots if s.type == "number" and s.name in reader.slots]
    return reader.correcting and numbers == [spec.name] and _SETTLED.search(reader.heard.parse.text[: span.start]) is not None


def _counts_another(counted: frozenset[str], spec: SlotSpec, reader: Reader) -> bool:
    """Whether the noun after the number belongs to the question of another number slot."""
    others = [s for s in reader.goal.slots if s.type == "number" and s.name != spec.name]
    own = frozenset[str]().union(*(e.lemmas for e in reader.sense.of("ask", (reader.goal.name, spec.name))))
    theirs = frozenset[str]().union(*(e.lemmas for s in others for e in reader.sense.of("ask", (reader.goal.name, s.name))))
    return bool(counted & theirs) and not counted & own


def value_of_type(spec: SlotSpec, reader: Reader) -> Fill | None:
    for mention in reader.heard.parse.mentions:
        if mention.type == spec.type and mention.value and reader.clause_of(mention.span):
            return Fill(mention.value, mention.text, mention.span)
    return None
