"""How each type of slot is read from a turn: a choice, a time, an amount, a number, a place, a person, yes or no, words.

Knows one slot at a time; not the order of slots, nor their conditions. Must not know a playbook's words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.heard import Clause, Heard
from agent.playbook import GoalSpec, SlotSpec
from agent.sense import Sense, acts_of, content
from agent.slot_choice import Chosen, named_options
from agent.slot_numbers import Number, find_numbers, plain_number
from agent.slot_person import find_person
from agent.slot_text import like_phrase, whole_answer
from agent.slot_times import Said, bare_clock, iso_said, merged, said_times
from agent.slot_yes_no import asked_yes_no, volunteered_yes_no
from graph.model import SlotValue
from nlp.types import Span

_RATE = re.compile(r"\s*(?:an?|per|each|every|/)\s*(?:night|day|week|month|year|hour|person|head|piece|visit)\b", re.IGNORECASE)  # a price
_CHOICE_MEANT = 0.5  # cosine of an answer with an option that it does not name


@dataclass(frozen=True, slots=True)
class Fill:
    """One slot's value as read from a turn. span: where, in the parse's text. beside: words that served it otherwise ("not a filling")."""

    value: Any
    text: str
    span: Span
    entity: str | None = None
    beside: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Reader:
    """What reading a slot may look at. asked: the slot that the agent asked for. clauses: those of the turn that were not taken up
    otherwise. starting: among them, what started the goal. correcting: the turn changes what was said."""

    sense: Sense
    heard: Heard
    goal: GoalSpec
    slots: Mapping[str, SlotValue]
    clauses: tuple[Clause, ...]
    asked: str | None = None
    starting: tuple[Clause, ...] = ()
    correcting: bool = False
    taken: tuple[Span, ...] = field(default=())

    def free(self, span: Span) -> bool:
        return not any(t.start < span.end and span.start < t.end for t in self.taken)

    def clause_of(self, span: Span) -> Clause | None:
        return next((c for c in self.clauses if c.span.start <= span.start < c.span.end), None)


def _choice(spec: SlotSpec, reader: Reader) -> Fill | None:
    found: list[tuple[Clause, Chosen]] = []
    for clause in reader.clauses:
        asks = "wh_question" in acts_of(clause) and clause not in reader.starting
        tokens = [t for t in reader.heard.parse.tokens if clause.span.start <= t.span.start < clause.span.end]
        found += [] if asks else [(clause, c) for c in named_options(clause.text, tokens, spec.options)]
    beside = tuple(Span(c.span.start + f.span.start, c.span.start + f.span.end) for c, f in found)
    found = [f for f in found if not f[1].rejected]
    if spec.name in reader.slots and not reader.correcting and spec.name != reader.asked:
        found = [f for f in found if _is_alone(f[1].span, f[0], reader)]  # chosen anew: "the kennel then"
    if found:
        clause, chosen = found[-1] if reader.correcting else found[0]
        span = Span(clause.span.start + chosen.span.start, clause.span.start + chosen.span.end)
        return Fill(chosen.option.name, reader.heard.parse.text[span.start : span.end], span, beside=beside)
    return _meant_choice(spec, reader) if spec.name == reader.asked else None


def _is_alone(span: Span, clause: Clause, reader: Reader) -> bool:
    """Whether the clause says nothing but what stands in the span, in its own text."""
    start, end = clause.span.start + span.start, clause.span.start + span.end
    inside = [t for t in reader.heard.parse.tokens if clause.span.start <= t.span.start < clause.span.end]
    others = [t for t in inside if not start <= t.span.start < end]
    return not any(t.pos in ("NOUN", "PROPN", "VERB", "AUX", "NUM") or t.lemma.lower() == "not" for t in others)


def _meant_choice(spec: SlotSpec, reader: Reader) -> Fill | None:
    """An answer that names no option but is near to one in meaning."""
    vectors = reader.sense.embed([name for option in spec.options for name in (option.name, *option.also)])
    best: tuple[float, Fill] | None = None
    for clause in (c for c in reader.clauses if not _is_pure_question(c)):
        for option in spec.options:
            cosine = max(float(vectors[name] @ clause.vector) for name in (option.name, *option.also))
            if cosine >= _CHOICE_MEANT and (best is None or cosine > best[0]):
                best = (cosine, Fill(option.name, clause.text, clause.span))
    return best[1] if best else None


def _when(spec: SlotSpec, reader: Reader) -> Fill | None:
    zone = reader.sense.playbook.business.zone
    asked, old = spec.name == reader.asked, reader.slots.get(spec.name)
    clauses = [c for c in reader.clauses if asked or reader.correcting or c in reader.starting or _is_bid(c, reader)]
    gone = any(e.past for e in reader.sense.of("ask", (reader.goal.name, spec.name)))
    clauses = [c for c in clauses if gone or not c.past]
    said = said_times(reader.heard.parse.times, at=reader.heard.at, zone=zone, within=[c.span for c in clauses], gone=gone)
    said += _chosen_times(clauses, reader)
    if not said and (asked or (reader.correcting and old is not None)):
        said = [b for c in clauses if (b := bare_clock(c.text, c.span.start)) and reader.free(b.span)]
    said = [s for s in said if reader.free(s.span) and not _turned_down(s, reader)]
    if not said:
        return None
    value = merged(old.value if old else None, said if reader.correcting else _one_each(said), zone)
    if value is None or (not old and value.startswith("T") and not (asked or reader.starting or reader.correcting)):
        return None
    span = Span(said[0].span.start, said[-1].span.end)
    return Fill(value, reader.heard.parse.text[span.start : span.end], span)


def _one_each(said: Sequence[Said]) -> list[Said]:
    """The first day and the first time of day, where several are named and nothing says that the later ones replace them."""
    day = next((s for s in said if s.day), None)
    clock = day if day and day.clock else next((s for s in said if s.clock), None)
    return list(dict.fromkeys(s for s in (day, clock) if s))


def _chosen_times(clauses: Sequence[Clause], reader: Reader) -> list[Said]:
    found: list[Said] = []
    for mention in reader.heard.parse.mentions:
        named = reader.heard.named.get(mention.index)
        inside = any(c.span.start <= mention.span.start < c.span.end for c in clauses)
        if inside and named and named.value and mention.kind in ("ordinal", "callback", "nominal", "pronoun"):
            said = iso_said(named.value, mention.span, mention.text)
            found += [said] if said else []
    return found


def _turned_down(said: Said, reader: Reader) -> bool:
    before = reader.heard.parse.text[: said.span.start].lower()
    return (
        re.search(r"\b(?:not|instead of|rather than|isn't|can't do|can't make|except|no longer)\s+(?:on\s+|at\s+|the\s+)?$", before)
        is not None
    )


def _is_bid(clause: Clause, reader: Reader) -> bool:
    """A request, or a fragment: what may carry a time without a question for it."""
    if "request" in acts_of(clause):
        return True
    tokens = [t for t in reader.heard.parse.tokens if clause.span.start <= t.span.start < clause.span.end]
    return not any(t.dep in ("nsubj", "nsubjpass") and t.text.lower() != "it" for t in tokens)


def _money(spec: SlotSpec, reader: Reader) -> Fill | None:
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
    held = [t.span for t in parse.times if t.kind != "duration" and not parse.text[t.span.start : t.span.end].isdecimal()]
    held += [m.span for m in parse.mentions if m.type in ("phone", "email", "address", "code")]
    found: list[tuple[Number, Clause]] = []
    for clause in reader.clauses:
        for number in find_numbers(clause.text):
            span = Span(number.span.start + clause.span.start, number.span.end + clause.span.start)
            if reader.free(span) and not any(h.start <= span.start < h.end for h in held):
                found.append((number, clause))
    return found


def _number(spec: SlotSpec, reader: Reader) -> Fill | None:
    key = (reader.goal.name, spec.name)
    asked_lemmas = frozenset[str]().union(
        *(e.lemmas for e in reader.sense.of("ask", key)), *(e.lemmas for e in reader.sense.of("like", key))
    )
    for number, clause in _numbers(reader):
        if clause not in reader.starting and _is_pure_question(clause):
            continue
        span = Span(number.span.start + clause.span.start, number.span.end + clause.span.start)
        if _RATE.match(reader.heard.parse.text[span.end :]):
            continue
        after = [t for t in reader.heard.parse.tokens if span.end <= t.span.start < min(clause.span.end, span.end + 30)][:3]
        counted = content(t for t in after if t.pos in ("NOUN", "PROPN", "ADJ"))
        near = reader.sense.nearness(clause.vector, "like", key)
        alone = (spec.name == reader.asked) and not (counted and _counts_another(counted, spec, reader))
        if alone or (counted & asked_lemmas and not number.currency) or near >= 0.55:
            span = Span(span.start, after[0].span.end) if counted and after[0].pos == "NOUN" else span
            return Fill(plain_number(number.value), reader.heard.parse.text[span.start : span.end], span)
    return None


def _counts_another(counted: frozenset[str], spec: SlotSpec, reader: Reader) -> bool:
    """Whether the noun after the number belongs to the question of another number slot."""
    others = [s for s in reader.goal.slots if s.type == "number" and s.name != spec.name]
    own = frozenset[str]().union(*(e.lemmas for e in reader.sense.of("ask", (reader.goal.name, spec.name))))
    theirs = frozenset[str]().union(*(e.lemmas for s in others for e in reader.sense.of("ask", (reader.goal.name, s.name))))
    return bool(counted & theirs) and not counted & own


def _place(spec: SlotSpec, reader: Reader) -> Fill | None:
    asked = spec.name == reader.asked
    for mention in reader.heard.parse.mentions:
        clause = reader.clause_of(mention.span)
        if mention.type not in ("place", "address") or mention.person != 3 or clause is None or not reader.free(mention.span):
            continue
        before = reader.heard.parse.text[clause.span.start : mention.span.start].lower()
        led = re.search(r"\b(?:in|near|around|at|to|close to|by|within|from)\s+(?:the\s+)?$", before) is not None
        if not _right_way(before, spec):
            continue
        fragment = led and _is_bid(clause, reader)
        named = mention.kind == "name" or mention.type == "address"
        if named and (asked or (led and clause in reader.starting) or fragment):
            return Fill(mention.text, mention.text, mention.span)
    answer = whole_answer(reader.heard, reader.clauses, reader.taken) if asked else None
    if answer is None:
        return None
    bare = re.sub(r"^(?:somewhere|anywhere)?\s*(?:in|near|around|at|by|close to|to)\s+", "", answer[0], flags=re.IGNORECASE)
    return Fill(bare, bare, answer[1])


def _right_way(before: str, spec: SlotSpec) -> bool:
    """Whether "from" or "to" before a place fits a question that has one of them."""
    way = re.search(r"\b(from|to)\s+(?:the\s+)?$", before)
    asked = set(re.findall(r"\b(?:from|to)\b", spec.ask.lower().rstrip("?. ").split(",")[-1][-30:]))
    return way is None or len(asked) != 1 or way[1] in asked


def _person(spec: SlotSpec, reader: Reader) -> Fill | None:
    asked = spec.name == reader.asked
    clauses = reader.starting if reader.starting and not asked else reader.clauses
    clauses = tuple(dict.fromkeys((*clauses, *(c for c in reader.clauses if re.search(r"\bfor\b", c.text)))))
    person = find_person(reader.heard, clauses, asked=asked or reader.correcting, starting=bool(reader.starting), taken=reader.taken)
    if person:
        return Fill(person.name, person.text, person.span, person.entity)
    answer = whole_answer(reader.heard, reader.clauses, reader.taken) if asked else None
    if answer is None or len(answer[0].split()) > 4 or "question" in reader.heard.parse.acts:
        return None
    return Fill(answer[0], answer[0], answer[1])


def _value_of_type(spec: SlotSpec, reader: Reader) -> Fill | None:
    for mention in reader.heard.parse.mentions:
        if mention.type == spec.type and mention.value and reader.clause_of(mention.span):
            return Fill(mention.value, mention.text, mention.span)
    return None


def _yes_no(spec: SlotSpec, reader: Reader) -> Fill | None:
    key = (reader.goal.name, spec.name)
    if spec.name == reader.asked:
        value = asked_yes_no(reader.sense, reader.clauses, key=key, acts=reader.heard.parse.acts)
        whole = Span(reader.clauses[0].span.start, reader.clauses[-1].span.end) if reader.clauses else Span(0, 0)
        return None if value is None else Fill(value, reader.heard.parse.text[whole.start : whole.end], whole)
    clauses = [c for c in reader.clauses if c not in reader.starting]
    found = volunteered_yes_no(reader.sense, reader.heard, clauses, key)
    return Fill(found[0], found[1].text, found[1].span) if found else None


def _text(spec: SlotSpec, reader: Reader) -> Fill | None:
    key = (reader.goal.name, spec.name)
    rivals = [
        (reader.goal.name, s.name) for s in reader.goal.slots if s.type == "text" and s.name != spec.name and s.name not in reader.slots
    ]
    free = [c for c in reader.clauses if not any(t.start <= c.span.start and c.span.end <= t.end for t in reader.taken)]
    found = like_phrase(reader.sense, reader.heard, free, key=key, rivals=rivals, starting=reader.starting)
    if found and reader.free(found[1]) and spec.name != reader.asked and _may_replace(spec, found[1], reader):
        return Fill(found[0], found[0], found[1])
    if spec.name != reader.asked:
        return None
    answer = whole_answer(reader.heard, [c for c in free if not _is_pure_question(c)], reader.taken)
    return Fill(answer[0], answer[0], answer[1]) if answer else None


def _may_replace(spec: SlotSpec, span: Span, reader: Reader) -> bool:
    """Whether words may stand in for others, said before: where nothing else was asked for, or where their own clause corrects."""
    clause = reader.clause_of(span)
    return spec.name not in reader.slots or reader.asked is None or (clause is not None and "correct" in acts_of(clause))


def _is_pure_question(clause: Clause) -> bool:
    acts = acts_of(clause)
    return "question" in acts and "request" not in acts


READERS: Mapping[str, Callable[[SlotSpec, Reader], Fill | None]] = {
    "phone": _value_of_type,
    "email": _value_of_type,
    "choice": _choice,
    "datetime": _when,
    "date": _when,
    "money": _money,
    "number": _number,
    "place": _place,
    "person": _person,
    "yes_no": _yes_no,
    "text": _text,
}
