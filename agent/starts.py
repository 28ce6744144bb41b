"""Which goals a turn starts, by meaning: its clauses against the playbook's examples, and against plain talk.

Knows sentence likeness, polarity, tense and condition. Must not know a playbook's words, nor what is on the stack.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.heard import Clause, Heard
from agent.playbook import GoalSpec
from agent.sense import Example, Sense, acts_of, concepts
from agent.slot_choice import named_options, stem
from agent.telling import is_finding, is_of_others, is_report, is_trouble
from nlp.acts import find_acts
from nlp.function_words import ANYBODY
from nlp.syntax import starting
from nlp.types import TimeExpression, Token

THRESHOLD = 0.52  # of a clause's score: cosine with the nearest example, plus what shared words and options add
_PRAISE = "=praise"
_ASKED = 0.7  # the same for a mere question: "do you do highlights?" asks, and books nothing
_ASKED_SO = 0.6  # the same where the example is a question as well: "any news on my case?"
MARGIN = 0.02  # by which a start must beat what else the clause may be
AMBIGUOUS = 0.03  # two goals nearer to each other than this are asked about
_SHARED = 0.07  # for each content word in common with the example, two at most; half for a word that examples of other goals have too
_OPTION = 0.25  # for an option of the goal's catalog named in a request, or in a report where the goal's examples are such reports
_TROUBLE = 0.15  # for a report of something wrong, where the goal is to hear one
_STATED = 0.12  # by which a mere statement must be nearer to an example that is a wish: "I speak Spanish" does not want to learn it
_UNLIKE = 0.05  # where the example denies something else: "is keeping my deposit", "won't give my deposit back"
_TIMED = 0.1  # for a time to come in a request, where the goal is to settle one
_VISIT = 0.16  # for asking to come, or to bring something or somebody, where the goal is to settle a time
_UNASKED = 0.1  # by which what is told, and asks for nothing, must be nearer to examples of what the goal is to hear
_REPORTED = 0.12  # for a report beside a request to come, where the goal is to hear one
_FREE = 0.4  # for asking whether a time is free, where the goal is to settle one: it names nothing that examples could be like
_ASKING = 0.05  # for a request or wish where the example is one
_CONDITION = re.compile(
    r"\b(?:if|in case|unless|once)\b|^\W*(?:and |but |so )?when(?:ever)?\b"
    r"(?! (?:possible|you (?:can|could|have|don't mind)|that's|it's (?:ok|possible)|"
    r"(?:can|could|will|would|do|does|is|are|may)\b))"
)
_POLITE_IF = re.compile(r"\b(?:wonder(?:ing)?|see|know|ask|check|find out|glad|great|nice|appreciate it|possible) (?:it )?if\b")
_WISH = re.compile(
    r"\b(?:(?:i'd|i would|we'd|we would) (?:really |also |just )?(?:like|love)"
    r"|(?:i|we)(?: do| really| just| also| still|) (?:need|want|wanna|have to|should|must)"
    r"|(?:can|could|may|might) (?:i|we|you|someone|somebody|my|he|she|they)"
    r"|(?:i'm|we're|i am|we are) (?:looking|hoping|trying|interested|calling|here|ready)"
    r"|(?:hoping|looking|planning|trying|thinking (?:of|about)|interested in|ready) (?:to|for|a|an|my|our|the|some|[a-z]+ing)\b"
    r"|could (?:really )?use\b|in need of"
    r"|would you|will you|any chance|wondering (?:if|whether)"
    r"|please|let's|is it possible|help me|(?:need|want|looking) (?:a|an|to|for|my|the|some|new)\b"
    r"|(?:book|sign|schedule|reserve|order|put|get|squeeze|fit) (?:me|us|it|that|this|one|him|her|them)\b"
    r"|do you (?:have|think you) .*(?:for|opening|slot|free|available)|(?:needs|wants|(?:is|are|'s|'re) due for) )"
)
_OPENING = re.compile(
    r"\byou(?: guys| all)?(?: still| maybe| happen to)? (?:have|got|get) "
    r"(?:anything|something|(?:any|an?|some)(?: \w+)? (?:openings?|slots?|spots?|times?|availability|appointments?)|time|room)\b"
    r"|\b(?:anything|something|any ?time)(?: \w+)? (?:open|free|available)\b"
)
_COMING = re.compile(
    r"\b(?:come (?:in|by|over|around|round|down|out|see you|(?:and |to )?(?:(?:take|have) a look|look|see|check|fix|help))|"
    r"(?:stop|swing|drop|pop|drive) (?:by|in|over)|be seen|get in|"
    r"(?:bring|get|take|drop|squeeze|fit) (?:it|him|her|them|me|us|my [\w'-]+|our [\w'-]+) (?:in|by|over|off)|"
    r"(?:see|take a look at|look at|fix|repair|check|treat) (?:it|this|that|him|her|them|me|us|my [\w'-]+|our [\w'-]+))\b"
)
_ALLOWED_VERBS = frozenset({"need", "want", "like", "have", "love", "wish", "hope", "should", "must", "can", "be", "require"})
_POLITE_PAST = re.compile(r"\b(?:wanted to|(?:was|were) (?:wondering|hoping|thinking|looking))\b")
_MODALS = frozenset({"can", "could", "may", "might"})
_SMALL = frozenset({"a", "an", "the", "my", "our", "your", "me", "us", "it", "so", "very", "any"})
_LATER = re.compile(r"\b(?:after (?:that|this|we|i)|afterwards?|later on|when we're done|once (?:that|this|we)|and then|next)\b")


@dataclass(frozen=True, slots=True)
class Start:
    """A goal that a clause starts. later: it is to wait its turn. explicit: a wish or request, not just a report. beside: other clauses of
    the turn that would start it."""

    goal: GoalSpec
    clause: Clause
    score: float
    later: bool
    explicit: bool
    beside: tuple[Clause, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return (self.clause, *self.beside)


def find_starts(sense: Sense, heard: Heard) -> tuple[Start, ...]:
    """The goals that this turn starts, the likeliest first, one start a goal; usually none."""
    found: dict[str, Start] = {}
    for clause in heard.clauses:
        if not _could_start(sense, clause, heard):
            continue
        for start in _scored(sense, clause, heard):
            best = found.get(start.goal.name)
            first, other = (start, best) if best is None or start.score > best.score else (best, start)
            found[start.goal.name] = replace(first, beside=(*first.beside, *(other.clauses if other else ())))
    borne_out = (replace(s, score=s.score + AMBIGUOUS * len(s.beside)) for s in found.values())
    return tuple(sorted(borne_out, key=lambda s: (-s.score, s.goal.name)))


def _could_start(sense: Sense, clause: Clause, heard: Heard) -> bool:
    """Not for conditions, nor for what others do or did, unless it is asked about, told as trouble, or what examples tell of too."""
    if is_conditional(clause, heard):
        return False
    tokens = starting(heard.parse.tokens, clause.span)
    if "question" in acts_of(clause):
        return True
    if is_of_others(tokens):
        return False
    if is_trouble(clause.text) or not _of_others(tokens, frozenset(m.head for m in heard.parse.mentions if m.type == "person")):
        return True
    acting = {stem(t.lemma.lower()) for t in tokens if t.dep in ("nsubj", "nsubjpass")}
    return any(not acting.isdisjoint(e.lemmas) for g in sense.playbook.goals for e in sense.of("start", (g.name, "")))


def is_conditional(clause: Clause, heard: Heard) -> bool:
    """Whether it is said under a condition: "if I ever need a crown, I'll call"; "I wonder if you could" asks."""
    sentence = _sentence_text(clause, heard)
    return _CONDITION.search(sentence) is not None and not _POLITE_IF.search(sentence)


def _sentence_text(clause: Clause, heard: Heard) -> str:
    spans = [s for s in heard.parse.sentences if s.start <= clause.span.start < s.end]
    return heard.parse.text[spans[0].start : spans[0].end].lower() if spans else clause.text.lower()


def _of_others(tokens: Sequence[Token], people: frozenset[int]) -> bool:
    """Whether somebody else is who acts: "my sister books …", "they came"; a need that somebody else has may still start a goal.
    people: indexes of the tokens that head mentions of persons."""
    subject = next((t for t in tokens if t.dep in ("nsubj", "nsubjpass")), None)
    if subject is None or subject.text.lower() in {"i", "we", "it", "you", "there", "this", "that"} | ANYBODY:
        return False
    verb = next((t for t in tokens if t.i == subject.head), None)
    if any(t.head == subject.i and t.dep == "conj" and t.text.lower() in ("i", "me", "myself") for t in tokens):
        return False
    human = subject.i in people or subject.ent == "PERSON" or subject.text.lower() in ("he", "she", "they")
    modal = any(verb is not None and t.head == verb.i and t.dep == "aux" and t.tag == "MD" for t in tokens)
    return human and verb is not None and verb.pos == "VERB" and verb.lemma.lower() not in _ALLOWED_VERBS and not modal


@dataclass(frozen=True, slots=True)
class _Said:
    """How a clause is said. asks: a mere question. found: something is told to be there. trouble: something is told to be wrong."""

    clause: Clause
    wish: bool
    asks: bool
    found: bool
    trouble: bool


def _said(clause: Clause, heard: Heard) -> _Said:
    tokens = starting(heard.parse.tokens, clause.span)
    wish = _WISH.search(clause.text.lower()) is not None or _asks_leave(tokens) or _asks_opening(clause, heard)
    asks = "question" in acts_of(clause) and not wish
    told = not (wish or asks)
    return _Said(clause, wish, asks, told and is_finding(tokens, past=clause.past), told and is_trouble(clause.text))


def _asks_leave(tokens: Sequence[Token]) -> bool:
    """ "Could Bella stay with you?": for somebody by name, or for what is the speaker's."""
    first = next((n for n, t in enumerate(tokens[:2]) if t.text.lower() in _MODALS), None)
    return first is not None and any(t.pos == "PROPN" or t.text.lower() in ("my", "our") for t in tokens[first + 1 : first + 2])


def _scored(sense: Sense, clause: Clause, heard: Heard) -> list[Start]:
    said = _said(clause, heard)
    rival = max(sense.nearness(clause.topicless, kind) for kind in ("plain", "knowledge", "objection"))
    starts: list[Start] = []
    for goal in sense.playbook.goals:
        likest = max(((_score(sense, e, c, said), e) for e, c in _examples(sense, goal, clause)), default=None, key=lambda found: found[0])
        score = max(likest[0] if likest else 0.0, _told_as_examples(sense, goal, said)) + _borne_out(sense, goal, said, heard)
        due = (_ASKED_SO if likest and _is_question(likest[1].text) else _ASKED) if said.asks else THRESHOLD
        if score >= due and score >= rival + MARGIN:
            starts.append(Start(goal, clause, score, _LATER.search(clause.text.lower()) is not None, said.wish))
    return starts


def _borne_out(sense: Sense, goal: GoalSpec, said: _Said, heard: Heard) -> float:
    """What speaks for the goal beside likeness to its examples."""
    clause = said.clause
    if said.trouble and _hears_reports(sense, goal):
        return _TROUBLE + _OPTION * _names_option(goal, clause, heard)
    if said.found:
        return _OPTION * (_is_told_by_options(sense, goal) and _names_option(goal, clause, heard))
    if not said.wish:
        return 0.0
    timed = _names_time(goal, clause, heard)
    score = _REPORTED * _is_reported(sense, goal, clause, heard) + _TIMED * timed + _VISIT * _is_visit(goal, clause)
    score += _FREE * (timed and _asks_opening(clause, heard))
    return score + _OPTION * (not clause.negated and _names_option(goal, clause, heard))


def _examples(sense: Sense, goal: GoalSpec, clause: Clause) -> list[tuple[Example, float]]:
    return [(m.example, m.cosine) for m in sense.likeness(clause.topicless, "start") if m.example.key == (goal.name, "")]


def _score(sense: Sense, example: Example, cosine: float, said: _Said) -> float:
    """0.0 where the clause denies what the example says, tells as past what it asks for, or praises what it does not."""
    clause, both = said.clause, said.trouble and is_trouble(example.text)
    told_now = said.asks or said.trouble or said.found or (said.wish and _POLITE_PAST.search(clause.text.lower()) is not None)
    if clause.past and not (example.past or told_now):
        return 0.0
    opposite = example.negated != clause.negated and not both
    if opposite and (clause.negated or not _denied(example.text).isdisjoint(clause.lemmas)):
        return 0.0
    if _PRAISE in clause.lemmas and not said.wish and _PRAISE not in example.lemmas:  # "I love my new color" is no complaint
        return 0.0
    shared = example.lemmas & clause.lemmas
    common = shared - sense.telling(example.key)
    bonus = _SHARED * min(2.0, len(shared) - len(common) / 2)
    wished = _is_wish(example, sense)
    stated = not (said.wish or said.asks or said.trouble) and wished
    return cosine + bonus + _ASKING * (said.wish and wished) - _STATED * stated - _UNLIKE * opposite


def _is_wish(example: Example, sense: Sense) -> bool:
    goal = sense.playbook.goal(example.key[0])
    return _WISH.search(example.text.lower()) is not None or (goal is not None and example.text == sense.topicless(goal.title))


def _is_question(text: str) -> bool:
    return "question" in find_acts(text, ()) and _WISH.search(text.lower()) is None


def _denied(text: str) -> frozenset[str]:
    """What an example denies, as stems and notions: "start" of "it won't start"."""
    after = re.split(r"n't\b|\b(?:not|no|never|wont|dont)\b", text.lower().replace("’", "'"), maxsplit=1)[-1]
    words = [w for w in re.findall(r"[a-z]+", after) if w not in _SMALL]
    return frozenset({stem(words[0])} | concepts(words[0])) if words else frozenset()


def _told_as_examples(sense: Sense, goal: GoalSpec, said: _Said) -> float:
    """How near it is to what the goal expects to be told, where that is told in clauses: "the thermostat is blank"."""
    if said.asks or said.wish:
        return 0.0
    near = max((sense.nearness(said.clause.vector, "like", key) for key in _reports(sense, goal)), default=0.0)
    return near - (0.0 if said.trouble else _UNASKED)


def _hears_reports(sense: Sense, goal: GoalSpec) -> bool:
    """Whether it begins with what somebody tells, and not only with what is wished."""
    told = (e for e in sense.of("start", (goal.name, "")) if not _is_wish(e, sense) and not _is_question(e.text))
    return any(told) or bool(_reports(sense, goal))


def _is_told_by_options(sense: Sense, goal: GoalSpec) -> bool:
    """Whether an example tells that one of its options is there, where others wish for them: "we have ants"."""
    options = [option for slot in goal.slots for option in slot.options]
    examples = zip(sense.of("start", (goal.name, "")), goal.start, strict=False)
    return any(e.found and _WISH.search(text.lower()) is None and named_options(text, (), options) for e, text in examples)


def _reports(sense: Sense, goal: GoalSpec) -> list[tuple[str, str]]:
    """The goal's slots that are filled by what somebody tells of a thing."""
    keys = [(goal.name, slot.name) for slot in goal.slots if slot.type == "text"]
    return [key for key in keys if key in sense.kinds and sense.kinds[key].clausal and not sense.kinds[key].named]


def _is_reported(sense: Sense, goal: GoalSpec, clause: Clause, heard: Heard) -> bool:
    """Whether it asks to come, beside what is told of a thing, and the goal is to hear that: "Our radiator leaks. Can you come?"."""
    people = frozenset(m.head for m in heard.parse.mentions if m.type == "person")
    told = (c for c in heard.clauses if c != clause and _tells(c, heard) and "question" not in acts_of(c))
    of_things = any(not _of_others(starting(heard.parse.tokens, c.span), people) for c in told)
    return of_things and _COMING.search(clause.text.lower()) is not None and bool(_reports(sense, goal))


def _tells(clause: Clause, heard: Heard) -> bool:
    return is_trouble(clause.text) or (is_report(heard, clause.span) and not clause.past)


def _asks_opening(clause: Clause, heard: Heard) -> bool:
    """ "Do you have anything on Thursday?"."""
    asked = _OPENING.search(clause.text.lower()) is not None and "question" in acts_of(clause)
    return asked and any(clause.span.start <= t.span.start < clause.span.end and _is_to_come(t, heard) for t in heard.parse.times)


def _names_time(goal: GoalSpec, clause: Clause, heard: Heard) -> bool:
    """Whether it says when, of something that is settled for a time."""
    timed = any(slot.type in ("datetime", "date") for slot in goal.slots)
    return timed and any(clause.span.start <= t.span.start < clause.span.end and _is_to_come(t, heard) for t in heard.parse.times)


def _is_visit(goal: GoalSpec, clause: Clause) -> bool:
    return any(slot.type in ("datetime", "date") for slot in goal.slots) and _COMING.search(clause.text.lower()) is not None


def _is_to_come(time: TimeExpression, heard: Heard) -> bool:
    return time.interval is not None and (time.interval.end is None or time.interval.end > heard.at)


def _is_now(clause: Clause, heard: Heard) -> bool:
    return not clause.past or is_trouble(clause.text) or is_finding(starting(heard.parse.tokens, clause.span), past=True)


def _names_option(goal: GoalSpec, clause: Clause, heard: Heard) -> bool:
    """In the request, or in what is told beside it: "He has a toothache. Can he be seen tomorrow?"."""
    told = [c for c in heard.clauses if c == clause or (_is_now(c, heard) and not c.negated and "question" not in acts_of(c))]
    return any(
        named_options(c.text, starting(heard.parse.tokens, c.span), slot.options) for c in told for slot in goal.slots if slot.options
    )
