"""Which goals a turn starts, by meaning: its clauses against the playbook's examples, and against plain talk.

Knows sentence likeness, polarity, tense and condition. Must not know a playbook's words, nor what is on the stack.
"""

import re
from dataclasses import dataclass, replace

from agent.heard import Clause, Heard
from agent.playbook import GoalSpec
from agent.sense import Example, Sense, acts_of
from agent.slot_choice import named_options
from agent.slot_text import is_report
from nlp.types import TimeExpression, Token

THRESHOLD = 0.52  # of a clause's score: cosine with the nearest example, plus what shared words and options add
_PRAISE = "=praise"
_ASKED = 0.7  # the same for a mere question: "do you do highlights?" asks, and books nothing
MARGIN = 0.02  # by which a start must beat what else the clause may be
AMBIGUOUS = 0.03  # two goals nearer to each other than this are asked about
_SHARED = 0.07  # for each content word in common with the example, two at most
_OPTION = 0.16  # for an option of the goal's catalog named in a request
_TIMED = 0.1  # for a time to come in a request, where the goal is to settle one
_VISIT = 0.16  # for asking to come, or to bring something or somebody, where the goal is to settle a time
_UNASKED = 0.1  # by which what is told, and asks for nothing, must be nearer to examples of what the goal is to hear
_REPORTED = 0.12  # for a report beside a request to come, where the goal is to hear one
_ASKING = 0.05  # for a request or wish where the example is one
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|in case|unless|once)\b"
    r"(?! (?:possible|you (?:can|could|have|don't mind)|that's|it's (?:ok|possible)|"
    r"(?:can|could|will|would|do|does|is|are|may) (?:i|we|you|they)))"
)
_POLITE_IF = re.compile(r"\b(?:wonder(?:ing)?|see|know|ask|check|find out|glad|great|nice|appreciate it|possible) (?:it )?if\b")
_WISH = re.compile(
    r"\b(?:i'd like|i would like|we'd like|we would like"
    r"|(?:i|we)(?: do| really| just| also| still|) (?:need|want|wanna|have to|should|must)"
    r"|(?:can|could|may|might) (?:i|we|you|someone|somebody|my|he|she|they)"
    r"|(?:i'm|we're|i am|we are) (?:looking|hoping|trying|interested|calling|here|ready)"
    r"|would you|will you|any chance|wondering (?:if|whether)"
    r"|please|let's|is it possible|help me|(?:need|want|looking) (?:a|an|to|for|my|the|some|new)\b"
    r"|(?:book|sign|schedule|reserve|order|put|get|squeeze|fit) (?:me|us|it|that|this|one|him|her|them)\b"
    r"|do you (?:have|think you) .*(?:for|opening|slot|free|available)|(?:needs|wants) )"
)
_COMING = re.compile(
    r"\b(?:come (?:in|by|over|around|round|down|out|see you|(?:and |to )?(?:look|see|check|fix|help))|"
    r"(?:stop|swing|drop|pop|drive) (?:by|in|over)|be seen|get in|"
    r"(?:bring|get|take|drop|squeeze|fit) (?:it|him|her|them|me|us|my [\w'-]+|our [\w'-]+) (?:in|by|over|off)|"
    r"(?:see|take a look at|look at) (?:it|him|her|them|me|us|my [\w'-]+|our [\w'-]+))\b"
)
_ALLOWED_VERBS = frozenset({"need", "want", "like", "have", "love", "wish", "hope", "should", "must", "can", "be", "require"})
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
        if not _could_start(clause, heard):
            continue
        for start in _scored(sense, clause, heard):
            best = found.get(start.goal.name)
            first, other = (start, best) if best is None or start.score > best.score else (best, start)
            found[start.goal.name] = replace(first, beside=(*first.beside, *(other.clauses if other else ())))
    borne_out = (replace(s, score=s.score + AMBIGUOUS * len(s.beside)) for s in found.values())
    return tuple(sorted(borne_out, key=lambda s: (-s.score, s.goal.name)))


def _could_start(clause: Clause, heard: Heard) -> bool:
    """Not for conditions, nor for what others do or did."""
    sentence = _sentence_text(clause, heard)
    if _CONDITION.search(sentence) and not _POLITE_IF.search(sentence):
        return False
    return not _of_others(_tokens(clause, heard), frozenset(m.head for m in heard.parse.mentions if m.type == "person"))


def _sentence_text(clause: Clause, heard: Heard) -> str:
    spans = [s for s in heard.parse.sentences if s.start <= clause.span.start < s.end]
    return heard.parse.text[spans[0].start : spans[0].end].lower() if spans else clause.text.lower()


def _tokens(clause: Clause, heard: Heard) -> list[Token]:
    return [t for t in heard.parse.tokens if clause.span.start <= t.span.start < clause.span.end]


def _of_others(tokens: list[Token], people: frozenset[int]) -> bool:
    """Whether somebody else is who acts: "my sister books …", "they came"; a need that somebody else has may still start a goal.
    people: indexes of the tokens that head mentions of persons."""
    subject = next((t for t in tokens if t.dep in ("nsubj", "nsubjpass")), None)
    if subject is None or subject.text.lower() in (
        "i",
        "we",
        "it",
        "you",
        "there",
        "this",
        "that",
        "someone",
        "somebody",
        "anyone",
        "anybody",
    ):
        return False
    verb = next((t for t in tokens if t.i == subject.head), None)
    human = subject.i in people or subject.ent == "PERSON" or subject.text.lower() in ("he", "she", "they")
    modal = any(verb is not None and t.head == verb.i and t.dep == "aux" and t.tag == "MD" for t in tokens)
    return human and verb is not None and verb.pos == "VERB" and verb.lemma.lower() not in _ALLOWED_VERBS and not modal


def _scored(sense: Sense, clause: Clause, heard: Heard) -> list[Start]:
    wish = _WISH.search(clause.text.lower()) is not None
    rival = max(sense.nearness(clause.topicless, kind) for kind in ("plain", "knowledge", "objection"))
    starts: list[Start] = []
    for goal in sense.playbook.goals:
        score = max((_score(e, c, clause, wish) for e, c in _examples(sense, goal, clause)), default=0.0)
        score = max(score, _told_as_examples(sense, goal, clause) if not wish else 0.0)
        score += _REPORTED * (wish and _is_reported(sense, goal, clause, heard))
        score += _TIMED * (wish and _names_time(goal, clause, heard))
        score += _VISIT * (wish and _is_visit(goal, clause))
        score += _OPTION * (wish and not clause.negated and _names_option(goal, clause, heard))
        asks = "question" in acts_of(clause) and not wish
        if score >= (_ASKED if asks else THRESHOLD) and score >= rival + MARGIN:
            starts.append(Start(goal, clause, score, _LATER.search(clause.text.lower()) is not None, wish))
    return starts


def _examples(sense: Sense, goal: GoalSpec, clause: Clause) -> list[tuple[Example, float]]:
    return [(m.example, m.cosine) for m in sense.likeness(clause.topicless, "start") if m.example.key == (goal.name, "")]


def _score(example: Example, cosine: float, clause: Clause, wish: bool) -> float:
    """0.0 where the clause denies what the example says, tells as past what it asks for, or praises what it does not."""
    if example.negated != clause.negated or (clause.past and not example.past):
        return 0.0
    if _PRAISE in clause.lemmas and not wish and _PRAISE not in example.lemmas:  # "I love my new color" is no complaint
        return 0.0
    shared = min(2, len(example.lemmas & clause.lemmas))
    return cosine + _SHARED * shared + _ASKING * (wish and _WISH.search(example.text.lower()) is not None)


def _told_as_examples(sense: Sense, goal: GoalSpec, clause: Clause) -> float:
    """How near it is to what the goal expects to be told, where that is told in clauses: "the thermostat is blank"."""
    if "question" in acts_of(clause):
        return 0.0
    return max((sense.nearness(clause.vector, "like", key) for key in _reports(sense, goal)), default=0.0) - _UNASKED


def _reports(sense: Sense, goal: GoalSpec) -> list[tuple[str, str]]:
    """The goal's slots that are filled by what somebody tells of a thing."""
    keys = [(goal.name, slot.name) for slot in goal.slots if slot.type == "text"]
    return [key for key in keys if key in sense.kinds and sense.kinds[key].clausal and not sense.kinds[key].named]


def _is_reported(sense: Sense, goal: GoalSpec, clause: Clause, heard: Heard) -> bool:
    """Whether it asks to come, beside what is told of a thing, and the goal is to hear that: "Our radiator leaks. Can you come?"."""
    people = frozenset(m.head for m in heard.parse.mentions if m.type == "person")
    told = (c for c in heard.clauses if c != clause and is_report(heard, c.span) and not c.past and "question" not in acts_of(c))
    of_things = any(not _of_others(_tokens(c, heard), people) for c in told)
    return of_things and _COMING.search(clause.text.lower()) is not None and bool(_reports(sense, goal))


def _names_time(goal: GoalSpec, clause: Clause, heard: Heard) -> bool:
    """Whether it says when, of something that is settled for a time."""
    timed = any(slot.type in ("datetime", "date") for slot in goal.slots)
    return timed and any(clause.span.start <= t.span.start < clause.span.end and _is_to_come(t, heard) for t in heard.parse.times)


def _is_visit(goal: GoalSpec, clause: Clause) -> bool:
    return any(slot.type in ("datetime", "date") for slot in goal.slots) and _COMING.search(clause.text.lower()) is not None


def _is_to_come(time: TimeExpression, heard: Heard) -> bool:
    return time.interval is not None and (time.interval.end is None or time.interval.end > heard.at)


def _names_option(goal: GoalSpec, clause: Clause, heard: Heard) -> bool:
    """In the request, or in what is told beside it: "He has a toothache. Can he be seen tomorrow?"."""
    told = [c for c in heard.clauses if c == clause or not (c.negated or c.past or "question" in acts_of(c))]
    return any(named_options(c.text, _tokens(c, heard), slot.options) for c in told for slot in goal.slots if slot.options)
