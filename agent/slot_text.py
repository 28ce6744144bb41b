"""Words that fill a slot of text: the whole answer, cleaned, where it was asked for; else only a phrase of the kind that its examples show.

Knows phrases and kinds of phrases; not what any of them means.
"""

import re
from collections.abc import Sequence

from agent.heard import Clause, Heard
from agent.sense import Kind, Sense, acts_of, is_name, time_spans
from agent.slot_numbers import find_numbers
from agent.telling import COURTESY, is_report
from nlp.syntax import starting
from nlp.types import Mention, Span

_LEAD = re.compile(
    r"^(?:(?:it(?:'s| is| was|'ll be| will be| would be)|that(?:'s| is|'d be| would be)|this is|they're|they are|there(?:'s| is| are)|"
    r"(?:i|we)(?:'ve got| have| got|'ve| do have|'m with|'re with| use| drive| own| want| need|'d like| would like|'d prefer| prefer)|"
    r"(?:my|our|the|his|her|its|their) [\w ]{2,25}?(?: is| are| would be|'s)|"
    r"let's say|say|probably|maybe|i think|i guess|i'd say|about|just|only|like|for|"
    r"um|uh|er|hmm|well|oh|so|okay|ok|yes|yeah|yep|sure|no(?=\s*[,.;:–-])|and|then|actually|honestly|sorry|hi|hello|hey)\b[ ,]*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[ ,]+(?:please|thanks|thank you|i'd say|i would say|i think|i guess|i suppose|probably|if possible|or so|actually|instead|for now|"
    r"you know|though|right|ok|okay))+$",
    re.IGNORECASE,
)
_EMPTY_ACTS = frozenset({"ack", "affirm", "thank", "greet", "goodbye", "wait", "deny", "smalltalk"})
_NEAR = 0.24  # and, where the examples are neither names nor times, its cosine with the nearest
APART = 0.15  # by which plain talk may be nearer to a report than its examples are
_ACCEPT = 0.34  # of a phrase's likeness to the kind of the examples
_NEEDING = frozenset({"need", "want"})
_ARRANGED = frozenset({"appointment", "visit", "booking", "reservation", "slot", "opening", "meeting", "time", "spot", "call", "callback"})
_JOINED = re.compile(r"\s+(?:and|&|\+)\s+", re.IGNORECASE)
_OFTEN = re.compile(r"\b(?:dai|week|month|quarter|year)ly\b|\b(?:every|each)\b", re.IGNORECASE)  # "the quarterly plan": no month
_OWNING = frozenset(
    {"have", "get", "be", "need", "want", "use", "like", "prefer", "own", "drive", "see", "bring", "come", "go", "take", "carry", "look"}
)


def whole_answer(heard: Heard, clauses: Sequence[Clause], taken: Sequence[Span] = ()) -> tuple[str, Span] | None:
    """What of the turn answers an open question for text: without agreeing, greeting, "it's" and "I'd say", and without what filled
    other slots already (`taken`); None if nothing is left."""
    said = [c for c in clauses if not _is_filler(c) and _says_something(heard, c)]
    said = [c for c in said if not any(_overlap(t, c.span) for t in taken)] or said
    free = [s for c in _answering(heard, said) if (s := _left_over(heard, c.span, taken))]
    if not free:
        return None
    span = Span(free[0].start, free[-1].end) if not any(_overlap(t, Span(free[0].start, free[-1].end)) for t in taken) else free[0]
    text = heard.parse.text[span.start : span.end]
    bare = bare_words(text)
    return (bare[:500], span) if bare else None


def _answering(heard: Heard, said: Sequence[Clause]) -> Sequence[Clause]:
    """An answer in a phrase ends with its sentence; a story goes on: "It leaks. It began on Monday."."""
    if not said or _is_sentence(heard, said[0]):
        return said
    return [c for c in said if c.sentence == said[0].sentence]


def _is_sentence(heard: Heard, clause: Clause) -> bool:
    tokens = starting(heard.parse.tokens, clause.span)
    return any(t.dep in ("nsubj", "nsubjpass") for t in tokens) and any(t.pos in ("VERB", "AUX") for t in tokens)


def _is_filler(clause: Clause) -> bool:
    acts = acts_of(clause)
    return not _LEAD.sub("", clause.text).strip(" ,.!?") or (bool(acts & _EMPTY_ACTS) and not clause.lemmas - COURTESY)


def bare_words(text: str) -> str:
    """The words without what leads into them and what softens their end; all of them where nothing else is left."""
    bare = _TAIL.sub("", _LEAD.sub("", text).strip(" ,.!?;:")).strip(" ,.!?;:")
    return bare or text.strip(" ,.!?;:")


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _left_over(heard: Heard, span: Span, taken: Sequence[Span]) -> Span | None:
    """The part of a clause before or after what was taken from it, if that part names or tells something."""
    cuts = sorted(t for t in taken if _overlap(t, span))
    if not cuts:
        return span
    for part in (Span(span.start, cuts[0].start), Span(cuts[-1].end, span.end)):
        if any(t.pos in ("NOUN", "PROPN") for t in heard.parse.tokens if part.start <= t.span.start < part.end):
            text = re.sub(r"(?:\s+(?:on|at|for|by|in|from|to|with|and))*\s*$", "", heard.parse.text[part.start : part.end])
            return Span(part.start, part.start + len(text))
    return None


def _says_something(heard: Heard, clause: Clause) -> bool:
    """Not a mere "honestly" or "wow"."""
    tokens = starting(heard.parse.tokens, clause.span)
    return any(t.pos not in ("ADV", "INTJ", "PUNCT", "CCONJ", "SCONJ", "PART") for t in tokens)


def like_phrase(
    sense: Sense,
    heard: Heard,
    clauses: Sequence[Clause],
    *,
    key: tuple[str, str],
    rivals: Sequence[tuple[str, str]],
    starting: Sequence[Clause],
) -> tuple[str, Span] | None:
    """The phrase of the turn that is most of the kind of this slot's examples, None where none is near enough or it is rather a rival's."""
    kind = sense.kinds.get(key)
    if kind is None:
        return None
    best: tuple[tuple[bool, float], str, Span] | None = None  # what has a name goes before what has none
    candidates = [s for s in _candidates(heard, clauses, kind) if not _is_arrangement(heard, s)]
    vectors = sense.embed([heard.parse.text[s.start : s.end][:200] for s in candidates])
    for span in candidates:
        text = heard.parse.text[span.start : span.end][:200]
        near = sense.nearness(vectors[text], "like", key)
        if near < _NEAR and not kind.named and not kind.timed:
            continue
        score = near + _fit(heard, span, kind, starting, sense)
        rival = max(
            (
                sense.nearness(vectors[text], "like", r) + _fit(heard, span, sense.kinds[r], starting, sense)
                for r in rivals
                if r in sense.kinds
            ),
            default=0.0,
        )
        plain = sense.nearness(vectors[text], "plain")
        rank = (kind.named and _has_name(heard, span), score)
        if score >= max(_ACCEPT, rival) and near + 0.2 >= plain and (best is None or rank > best[0]):
            best = (rank, text, span)
    if best is None:
        return reported(sense, heard, clauses, key) if starting and kind.clausal else None
    span = best[2]
    if not kind.named:
        span = _told(heard, clauses, span) if kind.clausal else _with_joined(heard, clauses, span)
    return bare_report(heard.parse.text[span.start : span.end]), span


def reported(sense: Sense, heard: Heard, clauses: Sequence[Clause], key: tuple[str, str]) -> tuple[str, Span] | None:
    """What is told of a thing beside the request that starts the goal: "The heater only blows cold. Can I bring it in?"."""
    found = next((c for c in clauses if apart(sense, c, key) <= APART and tells_of_thing(heard, c)), None)
    return (bare_report(found.text), found.span) if found else None


def apart(sense: Sense, clause: Clause, key: tuple[str, str]) -> float:
    """By how much plain talk is nearer to it than the examples of the slot are."""
    return sense.nearness(clause.vector, "plain") - sense.nearness(clause.vector, "like", key)


def tells_of_thing(heard: Heard, clause: Clause) -> bool:
    """Whether it reports on a thing; nobody's doings, no question, no courtesy."""
    people = frozenset(m.head for m in heard.parse.mentions if m.type == "person")
    inside = starting(heard.parse.tokens, clause.span)
    of_person = any(t.dep in ("nsubj", "nsubjpass") and t.i in people for t in inside)
    return not of_person and not acts_of(clause) & (_EMPTY_ACTS | {"question"}) and is_report(heard, clause.span)


def tells_of_need(heard: Heard, clause: Clause) -> bool:
    """ "My mom needs a walk-in shower put in", "we want the fence replaced"."""
    inside = starting(heard.parse.tokens, clause.span)
    needs = {t.i for t in inside if t.lemma.lower() in _NEEDING and t.pos in ("VERB", "AUX")}
    wanted = any(t.head in needs and t.dep in ("dobj", "ccomp", "xcomp") and t.pos != "PRON" for t in inside)
    return wanted and not acts_of(clause) & (_EMPTY_ACTS | {"question"})


def bare_report(text: str) -> str:
    """The clause without the conjunction before it and the stop behind it; 200 characters at most."""
    return re.sub(r"^(?:and|but|so|or|also)\s+", "", text, flags=re.IGNORECASE).rstrip(" .,;!")[:200]


def _candidates(heard: Heard, clauses: Sequence[Clause], kind: Kind) -> list[Span]:
    """Phrases that have the form of the examples: named ones, times, clauses or plain noun phrases."""
    parse, clauses = heard.parse, [c for c in clauses if not _only_answers(c)]
    inside = [c.span for c in clauses]
    spans: list[Span] = []
    if kind.timed:
        spans += [s for s in time_spans(parse) if _within(s, inside) and not _OFTEN.search(parse.text[s.start : s.end])]
    mentions = [m for m in parse.mentions if _within(m.span, [c.span for c in clauses if "greet" not in acts_of(c) or len(c.lemmas) > 1])]
    if kind.named:
        spans += [_cut_times(heard, m.span) for m in mentions if _may_name(m, heard, kind)]
    elif not kind.timed:
        spans += [s for m in mentions if _may_be_thing(m, heard, kind) for s in (_cut_times(heard, m.span), _base(heard, m))]
    if kind.clausal and not kind.named:
        reports = [c.span for c in clauses if not acts_of(c) & (_EMPTY_ACTS | {"question"}) and is_report(heard, c.span)]
        spans += reports
    return list(dict.fromkeys(s for s in spans if s.end > s.start))[:10]


def _is_arrangement(heard: Heard, span: Span) -> bool:
    """ "An appointment": what any goal may settle, and no word of what for."""
    nouns = {t.lemma.lower() for t in starting(heard.parse.tokens, span) if t.pos in ("NOUN", "PROPN")}
    return bool(nouns) and nouns <= _ARRANGED


def _with_joined(heard: Heard, clauses: Sequence[Clause], span: Span) -> Span:
    """The phrase with those that "and" joins to it in its clause: "a beagle and a parakeet"."""
    text, inside = heard.parse.text, [c.span for c in clauses]
    spans = [m.span for m in heard.parse.mentions if m.kind in ("name", "nominal") and _within(m.span, inside)]
    before = next((s for s in spans if s.end < span.start and _JOINED.fullmatch(text[s.end : span.start])), None)
    after = next((s for s in spans if span.end < s.start and _JOINED.fullmatch(text[span.end : s.start])), None)
    return Span(before.start if before else span.start, after.end if after else span.end)


def _base(heard: Heard, mention: Mention) -> Span:
    """The phrase without what follows its noun: "an oil change" of "an oil change for my car"."""
    return Span(mention.span.start, max(heard.parse.tokens[mention.head].span.end, mention.span.start))


def _only_answers(clause: Clause) -> bool:
    """ "Correct.": no name of anything, whatever its capital."""
    return bool(acts_of(clause) & {"affirm", "deny"}) and len(clause.text.split()) <= 2


def _told(heard: Heard, clauses: Sequence[Clause], span: Span) -> Span:
    """The phrase, or the whole report of which it is the subject: "my brakes are squeaking" rather than "my brakes"."""
    tokens = heard.parse.tokens
    inside = [t for t in tokens if span.start <= t.span.start < span.end]
    told = any(t.dep in ("nsubj", "nsubjpass") and tokens[t.head].span.start >= span.end for t in inside)
    wanted = any(tokens[t.head].lemma.lower() in _OWNING for t in inside if t.dep in ("nsubj", "nsubjpass"))
    return next((c.span for c in clauses if told and not wanted and _within(span, [c.span]) and is_report(heard, c.span)), span)


def _within(span: Span, inside: Sequence[Span]) -> bool:
    return any(s.start <= span.start and span.end <= s.end + 1 for s in inside)


def _cut_times(heard: Heard, span: Span) -> Span:
    """The phrase up to the time that stands at its end."""
    for time in heard.parse.times:
        if span.start < time.span.start < span.end:
            end = time.span.start
            words = heard.parse.text[span.start : end].rstrip()
            words = re.sub(r"\s+(?:on|at|for|by|in|from|this|next)$", "", words)
            return Span(span.start, span.start + len(words))
    return span


def _may_name(mention: Mention, heard: Heard, kind: Kind) -> bool:
    if mention.person != 3 or mention.kind in ("pronoun", "time") or mention.type in ("phone", "email", "money", "number"):
        return False
    words = [t for t in heard.parse.tokens if mention.span.start <= t.span.start < mention.span.end]
    named = any(is_name(t) for t in words) or _was_named(mention, heard)
    if any(n.currency for n in find_numbers(mention.text)) or (mention.type == "address" and not kind.types & {"address", "place"}):
        return False
    person = mention.type == "person" and mention.kind == "name" and "person" not in kind.types and mention.text[:1].isupper()
    return (named or not kind.named or kind.plain) and not person


def _was_named(mention: Mention, heard: Heard) -> bool:
    """Whether it stands for something spoken of before: "the bungalow"."""
    named = heard.named.get(mention.index)
    return mention.kind == "nominal" and mention.definiteness in ("definite", "demonstrative") and bool(named and named.name)


def _may_be_thing(mention: Mention, heard: Heard, kind: Kind) -> bool:
    return mention.type not in ("person", "place") and mention.kind == "nominal" and _may_name(mention, heard, kind)


def _fit(heard: Heard, span: Span, kind: Kind, starting: Sequence[Clause], sense: Sense) -> float:
    """What form and place add: an entity of the examples' type, a time where they are times, an object of having or wanting."""
    types = {m.type for m in heard.parse.mentions if span.start <= m.span.start and m.span.end <= span.end and m.person == 3}
    named = _has_name(heard, span)
    fit = 0.2 if types & kind.types - {"person"} else 0.0
    fit += 0.2 if kind.timed and span in time_spans(heard.parse) else 0.0
    fit += 0.1 if kind.named and named else -0.1 if kind.named != named else 0.0
    fit += 0.12 if any(c.span.start <= span.start and span.end <= c.span.end for c in starting) else 0.0
    fit += 0.08 if _is_had(heard, span) else 0.0
    fit += 0.1 if kind.clausal and is_report(heard, span) else 0.0
    fit += 0.15 if named and told_by_business(sense, heard.parse.text[span.start : span.end]) else 0.0
    return fit


def _has_name(heard: Heard, span: Span) -> bool:
    return any(is_name(t) for t in starting(heard.parse.tokens, span))


def _is_had(heard: Heard, span: Span) -> bool:
    """Whether the phrase is what the speaker has, is, needs or wants."""
    tokens = heard.parse.tokens
    inside = [t for t in tokens if span.start <= t.span.start < span.end]
    root = next((t for t in inside if not (span.start <= tokens[t.head].span.start < span.end) or t.head == t.i), None)
    if root is None:
        return False
    verb = tokens[root.head]
    verb = tokens[verb.head] if verb.pos == "ADP" else verb
    return root.dep == "ROOT" or (verb.lemma.lower() in _OWNING and verb.pos in ("VERB", "AUX"))


def told_by_business(sense: Sense, text: str) -> bool:
    """Whether the business itself names it in what it tells anyone."""
    words = text.lower().strip()
    return len(words) > 3 and any(words in entry.say.lower() for entry in sense.playbook.knowledge)
