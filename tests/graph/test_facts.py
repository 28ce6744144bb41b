"""What is said becomes facts: a table of small conversations, and laws of change over facts and drafts made up at random."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.drafts import Draft, Heard
from graph.facts import Changes, entered
from graph.model import Entity, EntityId, Fact, FactId, SessionId, Turn, TurnId
from graph.predicates import lexicon
from graph.state import ended
from nlp.pipeline import Pipeline
from nlp.types import Parse, Span, Tense
from tests.graph.telling import START, Telling

CORPUS = Path(__file__).parents[1] / "corpus" / "facts.jsonl"
CASES = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def shown(told: Telling, fact: Fact) -> list[str | None]:
    return [fact.change, told.name(fact.subject), fact.predicate, told.name(fact.object) or fact.value]


@pytest.mark.parametrize("case", CASES, ids=lambda case: " / ".join(case["say"]))
def test_a_turn_writes_what_it_says(pipeline: Pipeline, case: dict[str, Any]) -> None:
    told = Telling(pipeline)
    written = told.tell(*case["say"]).written
    found = [shown(told, fact) for fact in written]
    for wanted in case.get("writes", []):
        assert wanted in found
        fact = written[found.index(wanted)]
        assert (fact.polarity, fact.modality) == (case.get("polarity", "positive"), case.get("modality", "asserted"))
    if case.get("writes") == []:
        assert found == []
    for word in case.get("lacks", []):
        assert not [each for each in found if word in " ".join(map(str, each))]


# laws

ADA, BEN = EntityId("ada"), EntityId("ben")
PEOPLE = {id: Entity(id, id.title(), "person") for id in (ADA, BEN)}
SIGNALS = ("", "Sorry, ", "I misspoke. ")
Said = tuple[Draft, str]


def draft(subject: EntityId, predicate: str, value: str, cues: frozenset[str], days: tuple[int | None, int | None], tense: Tense) -> Draft:
    start, end = (START + timedelta(days=n) if n is not None else None for n in days)
    text = f"{subject} {predicate} {value}"
    single = predicate in lexicon().single
    return Draft(subject, predicate, None, value, "text", "in", 0, Span(0, 1), text, text, value, cues=cues, single=single,
                 valid_from=start, valid_to=end, tense=tense)  # fmt: skip


day = st.none() | st.integers(-3, 9)  # turns are on days 0 to 5
spells = st.tuples(day, day).filter(lambda d: d[0] is None or d[1] is None or d[0] < d[1])
STILL, NOW, NO_LONGER, PERFECT = frozenset({"still"}), frozenset({"now"}), frozenset({"no_longer"}), frozenset({"perfect"})


TENSES: tuple[Tense, ...] = ("past", "present", "future")


def turns(*cues: frozenset[str]) -> st.SearchStrategy[list[Said]]:
    who, what, how = st.sampled_from([ADA, BEN]), st.sampled_from(["lives_in", "has"]), st.sampled_from([frozenset[str](), *cues])
    news = st.builds(draft, who, what, st.sampled_from("xyz"), how, spells, st.sampled_from(TENSES))
    return st.lists(st.tuples(news, st.sampled_from(SIGNALS)), min_size=1, max_size=6)


def told(said: Sequence[Said]) -> Iterator[tuple[Changes, dict[FactId, Fact], datetime]]:
    """One turn a day at noon: what it changed, the facts after it, its instant."""
    facts: dict[FactId, Fact] = {}
    for n, (news, signal) in enumerate(said):
        at = START + timedelta(days=n)
        turn = Turn(TurnId(f"t{n}"), None, SessionId("s"), n, "sms", "customer", at, at, signal + news.text, "UTC")
        heard = Heard(Parse(turn.text, turn.text, (), ()), (), turn, False, PEOPLE, ADA, EntityId("us"), at)
        changes = entered(heard, [news], facts)
        facts = facts | {fact.id: fact for fact in changes.facts}
        facts |= {end.fact: ended(facts[end.fact], end) for end in changes.ends}
        yield changes, facts, at


def true_at(facts: Mapping[FactId, Fact], as_of: datetime, known_at: datetime) -> list[tuple[EntityId, str, str | None]]:
    return sorted((f.subject, f.predicate, f.value) for f in facts.values() if f.holds(as_of, known_at))


INSTANTS = [START + timedelta(days=n, hours=h) for n in range(-4, 11) for h in (0, 1)]


@given(turns(STILL, NOW, NO_LONGER, PERFECT))
def test_a_predicate_of_one_value_has_at_most_one_at_any_instant_whenever_known(said: Sequence[Said]) -> None:
    steps = [(facts, at) for _, facts, at in told(said)]
    facts = steps[-1][0]
    for known_at in (at for _, at in steps):
        for as_of in INSTANTS:
            homes = [
                f.subject for f in facts.values() if f.predicate == "lives_in" and f.polarity == "positive" and f.holds(as_of, known_at)
            ]
            assert len(homes) == len(set(homes))


@given(turns(STILL, NOW, NO_LONGER))
def test_a_later_turn_changes_nothing_of_what_was_known_before(said: Sequence[Said]) -> None:
    earlier: list[tuple[datetime, list[list[tuple[EntityId, str, str | None]]]]] = []
    for _, facts, at in told(said):
        for known_at, seen in earlier:
            assert [true_at(facts, as_of, known_at) for as_of in INSTANTS] == seen
        earlier.append((at, [true_at(facts, as_of, at) for as_of in INSTANTS]))


@given(turns(STILL, NOW, NO_LONGER))
def test_facts_of_others_are_never_touched(said: Sequence[Said]) -> None:
    for (changes, facts, _), (news, _) in zip(told(said), said, strict=True):
        assert {fact.subject for fact in changes.written} <= {news.subject}
        assert {facts[end.fact].subject for end in changes.ends} <= {news.subject}


@given(turns(STILL, NOW, NO_LONGER))
def test_the_same_turns_give_the_same_facts(said: Sequence[Said]) -> None:
    assert [facts for _, facts, _ in told(said)] == [facts for _, facts, _ in told(said)]
