"""What a turn does to one goal: its slots are filled, it asks for the next, is told about asides, stays, completes. Pure.

Knows one goal at a time; which goal is on top, begins or ends is for `goals`. Must not know a playbook's
words, stores, channels or wording.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.digressions import SURE, Answered, Objected, catalog_answer, find_answers, find_objection, is_question, price_answer
from agent.heard import Act, Clause, Decision, Heard, Piece
from agent.playbook import CONFIRM, GoalSpec, Knowledge
from agent.sense import Sense, acts_of, concepts
from agent.slot_asked import asked_slot
from agent.slot_choice import stem
from agent.slot_reading import Reader
from agent.slots import fill, next_due, with_known
from agent.starts import Start, find_starts
from agent.told_before import with_told_before
from graph.model import Goal, SlotValue
from nlp.acts import find_acts

_NEVER = frozenset({"wait", "cancel", "never_mind", "repeat", "why", "handoff"})  # clauses that fill no slot


@dataclass(frozen=True)
class HeardTurn:
    """A turn as read once, before any goal is looked at. rest: the clauses that neither ask, object nor manage the talk."""

    sense: Sense
    heard: Heard
    acts: frozenset[str]
    answers: tuple[Answered, ...]
    objected: Objected | None
    starts: tuple[Start, ...]
    rest: tuple[Clause, ...]

    @property
    def asks(self) -> bool:
        """Whether something is asked that is no request."""
        return any(is_question(c) and "request" not in acts_of(c) for c in self.rest) or bool(self.answers)


def read(sense: Sense, heard: Heard, top: Goal | None) -> HeardTurn:
    starts = find_starts(sense, heard)
    started = [c for s in starts for c in s.clauses]
    answers = tuple(a for a in find_answers(sense, heard.clauses) if not any(a.clause in s.clauses and s.score >= a.score for s in starts))
    chosen = [str(v.value) for v in top.slots.values()] if top else []
    unstarted = [c for c in heard.clauses if c not in started]
    price = price_answer(sense, unstarted, chosen, _matter(sense, top, chosen)) or catalog_answer(sense, unstarted)
    if price and not any(a.clause == price[1] and a.score >= SURE for a in answers):
        answers = (*(a for a in answers if a.clause != price[1]), Answered(Knowledge((), price[0]), price[1], 1.0))
    unanswered = [c for c in heard.clauses if c not in started and c not in [a.clause for a in answers]]
    objected = find_objection(sense, unanswered, _askable(sense, top, starts))
    used = [a.clause for a in answers] + ([objected.clause] if objected else [])
    rest = tuple(c for c in heard.clauses if c in started or (c not in used and not acts_of(c) & _NEVER))
    return HeardTurn(sense, heard, heard.parse.acts, answers, objected, starts, rest)


def _askable(sense: Sense, top: Goal | None, starts: Sequence[Start]) -> tuple[tuple[str, str], ...]:
    """The slots that a clause may be an answer to, of the open goal or of those that the turn starts: the one awaited, and those of yes or
    no that are still to come."""
    spec = sense.playbook.goal(top.name) if top else None
    goals = [spec] if spec else [s.goal for s in starts]
    awaited, held = (top.awaiting, top.slots) if top else (None, {})
    due = ((goal.name, slot) for goal in goals for slot in goal.slots)
    return tuple((name, s.name) for name, s in due if s.name == awaited or (s.type == "yes_no" and s.name not in held))


def _matter(sense: Sense, top: Goal | None, chosen: list[str]) -> frozenset[str]:
    """What the talk is about: the open goal and what was chosen, as stems and notions."""
    spec = sense.playbook.goal(top.name) if top else None
    said = " ".join((spec.title, *chosen)).lower() if spec else ""
    return frozenset(map(stem, re.findall(r"[a-z]+", said))) | concepts(said)


def advanced(
    turn: HeardTurn, goal: Goal, below: list[Goal], *, starting: tuple[Clause, ...] = (), paused: tuple[Goal, ...] = ()
) -> Decision:
    """The top goal takes what the turn gives it."""
    spec = _spec(turn, goal)
    slots = _filled(turn, spec, goal, starting)
    progress = slots != goal.slots or bool(starting)
    confirming = goal.awaiting == CONFIRM and not progress
    if goal.awaiting == CONFIRM and _agrees(turn) and _confirms(spec, goal.slots, slots):
        return completed(turn, replace(goal, slots=slots), below)
    if confirming and "deny" in turn.acts and not turn.answers:
        return kept(goal, turn, "ask", (Piece("change", goal=goal),))
    moved = moved_on(turn, goal, slots)
    if progress and moved.awaiting is None:
        return completed(turn, moved, below)
    if progress:
        return asked_next(turn, moved, goal, paused, starting=bool(starting))
    return _stayed(turn, replace(moved, session=goal.session), goal)


def _filled(turn: HeardTurn, spec: GoalSpec, goal: Goal, starting: tuple[Clause, ...]) -> dict[str, SlotValue]:
    asked = goal.awaiting if goal.awaiting != CONFIRM and not starting else None
    cued = "correct" in turn.acts or "correct" in find_acts(turn.heard.parse.source, ())  # a cue that was taken out with the slip
    correcting = cued or (goal.awaiting == CONFIRM and not starting)
    given = fill(
        Reader(turn.sense, turn.heard, spec, goal.slots, turn.rest, asked, starting, correcting and not (starting and not goal.slots))
    )
    if starting and not goal.slots:
        given = with_told_before(turn.sense, turn.heard, spec, given)
    return with_known(spec, given, turn.heard)


def _spec(turn: HeardTurn, goal: Goal) -> GoalSpec:
    spec = turn.sense.playbook.goal(goal.name)
    if spec is None:
        raise KeyError(f"goal {goal.name!r} is not in the playbook")
    return spec


def _agrees(turn: HeardTurn) -> bool:
    return "affirm" in turn.acts and not turn.acts & {"deny", "wait"}


def _confirms(spec: GoalSpec, before: Mapping[str, SlotValue], slots: Mapping[str, SlotValue]) -> bool:
    """Whether what was read out still holds as it was: nothing changed but what nobody was asked for."""
    changed = {name for name in {*before, *slots} if before.get(name) != slots.get(name)}
    return all(spec.slot(name).optional and name not in before and f"{{{name}}}" not in (spec.confirm or "") for name in changed)


def moved_on(turn: HeardTurn, goal: Goal, slots: dict[str, SlotValue]) -> Goal:
    due, _ = next_due(_spec(turn, goal), slots, goal.told)
    return replace(goal, slots=slots, awaiting=due, status="active", updated_at=turn.heard.at, session=turn.heard.session, misunderstood=0)


def asked_next(turn: HeardTurn, moved: Goal, before: Goal, paused: tuple[Goal, ...], *, starting: bool) -> Decision:
    """Something was filled: answer what was asked on the way, then ask for what is due."""
    aside = _aside(turn)
    tells = next_due(_spec(turn, moved), moved.slots, moved.told)[1]
    told = replace(moved, told=(*moved.told, *(t.name for t in tells)))
    asking = prompt(turn, moved)
    same = moved.awaiting == before.awaiting and not starting and moved.awaiting != CONFIRM
    act: Act = "object" if turn.objected else "resume" if aside and not starting else act_of(moved)
    return Decision(act, (*aside, *([Piece("inform")] if same and not aside else []), *asking), (told, *paused))


def _stayed(turn: HeardTurn, goal: Goal, before: Goal) -> Decision:
    """Nothing was filled: an aside, a pause, a return after a while, or something that was not understood."""
    heard, aside = turn.heard, _aside(turn, before)
    returned = replace(goal, session=heard.session)
    if aside:
        return Decision("object" if turn.objected else "resume", (*aside, *prompt(turn, goal)), (returned,))
    if turn.acts & {"wait", "goodbye"}:
        return Decision("inform", (Piece("wait"),), (returned,))
    if before.session != heard.session:
        return Decision("resume", (Piece("returned", goal=goal), *prompt(turn, goal)), (returned,))
    if "ack" in turn.acts and not turn.asks:
        return Decision("ask", (Piece("inform"), *prompt(turn, goal)), (returned,))
    if turn.acts & {"thank", "greet", "smalltalk"} and not turn.asks:
        return Decision("resume", (Piece("thank" if "thank" in turn.acts else "smalltalk"), *prompt(turn, goal)), (returned,))
    if turn.asks:
        return _counted(turn, returned, "abstain", (Piece("abstain"), *prompt(turn, goal)), before.misunderstood)
    return _counted(turn, returned, "ask", (Piece("again"), *prompt(turn, goal)), before.misunderstood)


def _counted(turn: HeardTurn, goal: Goal, act: Act, pieces: tuple[Piece, ...], missed: int) -> Decision:
    """One more turn that nothing could be made of; after so many a person takes over."""
    handoff = turn.sense.playbook.handoff
    if missed + 1 >= handoff.after:
        return Decision("handoff", (Piece("handoff", handoff.say),), (replace(goal, misunderstood=0),), understood=False)
    return Decision(act, pieces, (replace(goal, misunderstood=missed + 1),), understood=False)


def _aside(turn: HeardTurn, goal: Goal | None = None) -> tuple[Piece, ...]:
    """What is said to objections and questions before coming back. goal: of which a question may want to know what it holds."""
    said = [Piece("objection", turn.objected.objection.say)] if turn.objected else []
    said += [Piece("knowledge", a.entry.say) for a in turn.answers]
    memory = turn.heard.memory
    if not said and memory and not memory.abstained and turn.asks:
        said.append(Piece("memory", memory.text, citations=memory.citations))
    slot = asked_slot(turn.heard, goal, _spec(turn, goal)) if goal and turn.asks and not said else None
    return tuple(said) if slot is None else (Piece("tell", f"That's {{{slot.name}}}.", goal),)


def completed(turn: HeardTurn, goal: Goal, below: list[Goal]) -> Decision:
    """The goal is done; the next on the stack is taken up in the same turn."""
    done = replace(goal, status="completed", awaiting=None, updated_at=turn.heard.at, session=turn.heard.session, misunderstood=0)
    following = taken_up(turn, below[0]) if below else None
    asking = (Piece("resume", goal=following), *prompt(turn, following)) if following else ()
    return Decision(
        "done", (*_aside(turn), Piece("done", _spec(turn, goal).done, done), *asking), (*([following] if following else []), done)
    )


def taken_up(turn: HeardTurn, goal: Goal) -> Goal:
    slots = with_known(_spec(turn, goal), goal.slots, turn.heard)
    return moved_on(turn, goal, slots)


def prompt(turn: HeardTurn, goal: Goal | None) -> tuple[Piece, ...]:
    """What asks for what the goal awaits, after what it tells on the way."""
    if goal is None:
        return ()
    spec = _spec(turn, goal)
    due, tells = next_due(spec, goal.slots, goal.told)
    said = [Piece("tell", t.say, goal) for t in tells]
    if due == CONFIRM:
        return (*said, Piece("confirm", spec.confirm or "", goal))
    if due is None:
        return tuple(said)
    slot = spec.slot(due)
    partial = slot.type in ("datetime", "date") and due in goal.slots
    return (*said, Piece("time_of_day" if partial else "ask", slot.ask, goal, options=slot.offer))


def act_of(goal: Goal) -> Act:
    return "confirm" if goal.awaiting == CONFIRM else "ask"


def reasked(turn: HeardTurn, top: Goal) -> Decision:
    return _counted(turn, top, act_of(top), (Piece("again"), *prompt(turn, top)), top.misunderstood)


def kept(goal: Goal | None, turn: HeardTurn, act: Act, pieces: tuple[Piece, ...], extra: tuple[Goal, ...] = ()) -> Decision:
    """The stack stays as it is, but is touched."""
    touched = (replace(goal, updated_at=turn.heard.at, session=turn.heard.session, status="active", misunderstood=0),) if goal else ()
    return Decision(act, pieces, (*touched, *extra))
