"""What the goals become by a turn, and what is to be said: a pure function of the playbook's sense, the stack and what was heard.

Knows the rules of the stack: start, cancel, switch, resume, open again; what a turn does to one goal is in `goal_moves`. Must not know a
playbook's words, stores, channels or wording.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from agent.calling_off import called_off
from agent.goal_moves import HeardTurn, act_of, advanced, asked_next, completed, kept, moved_on, prompt, read, reasked, taken_up
from agent.heard import Decision, Heard, Piece
from agent.playbook import CONFIRM, GoalSpec
from agent.sense import Sense, acts_of
from agent.slot_reading import Reader
from agent.slots import fill
from agent.smalltalk import without_goal
from agent.starts import AMBIGUOUS, Start
from graph.model import Goal, GoalId, GoalStatus, derived_id

EXPIRY = timedelta(days=60)  # an open goal that was not touched for so long is given up silently
_SURE_START = 0.75  # a mere report starts a goal in the middle of another only from this score on
_FORMED = frozenset({"datetime", "date", "number", "money", "choice", "phone", "email"})  # slots by whose change a goal is opened again
_A_PERSON = re.compile(r"\b(?:real|live|actual|human|person|operator|representative|rep|agent|manager|supervisor|receptionist|robot|bot)\b")
_ANOTHER_TIME = re.compile(r"\breschedul\w+|\b(?:another|different|new|other) (?:day|time|date)\b")


def decide(sense: Sense, goals: Sequence[Goal], heard: Heard) -> Decision:
    """Deterministic. `goals`: of the customer, in any order; ended ones are left alone. Ids of new goals derive from turn and name."""
    stack = sorted((g for g in goals if g.status in ("active", "paused") and sense.playbook.goal(g.name)), key=lambda g: -g.order)
    expired = tuple(replace(g, status="cancelled", awaiting=None) for g in stack if heard.at - g.updated_at > EXPIRY)
    stack = [g for g in stack if heard.at - g.updated_at <= EXPIRY]
    turn = read(sense, heard, stack[0] if stack else None)
    done = max((g for g in goals if g.status == "completed"), key=lambda g: g.updated_at, default=None)
    decision = (
        _managed(turn, stack)
        or (_reopened(turn, done) if done and not stack else None)
        or _started(turn, stack)
        or _continued(turn, stack)
        or without_goal(heard, turn.acts, turn.answers, turn.objected)
    )
    decision = decision if stack else _handed_over(turn, decision)
    return replace(decision, goals=(*decision.goals, *expired))


def _handed_over(turn: HeardTurn, decision: Decision) -> Decision:
    """Outside goals, which count for themselves: after so many turns in a row that nothing could be made of, a person takes over."""
    handoff = turn.sense.playbook.handoff
    if decision.understood or turn.heard.missed + 1 < handoff.after:
        return decision
    return Decision("handoff", (Piece("handoff", handoff.say),), understood=False)


def _managed(turn: HeardTurn, stack: list[Goal]) -> Decision | None:
    """Turns that are about the talk itself: silence, a person wanted, repeat, why, giving up."""
    top = stack[0] if stack else None
    if not any(c.isalnum() for c in turn.heard.parse.text):
        return reasked(turn, top) if top else Decision("clarify", (Piece("again"),), understood=False)
    if "handoff" in turn.acts and not (top is None and _wants_the_service(turn)):
        return kept(top, turn, "handoff", (Piece("handoff", turn.sense.playbook.handoff.say),))
    if "repeat" in turn.acts and len(turn.heard.clauses) <= 2 and (top or turn.heard.said_before):
        again = turn.heard.said_before and not (top and "question" in turn.heard.parse.text.lower())
        return kept(top, turn, act_of(top) if top else "inform", (Piece("repeat", turn.heard.said_before),) if again else prompt(turn, top))
    named = called_off(turn.sense, turn.heard, stack)
    if named:
        return _cancelled(turn, [named, *(g for g in stack if g.id != named.id)])
    if top and _gives_up(turn, top):
        return _cancelled(turn, stack)
    if top and "why" in turn.acts and not turn.answers:
        return kept(top, turn, "resume", (Piece("why", goal=top), *prompt(turn, top)))
    return None


def _wants_the_service(turn: HeardTurn) -> bool:
    """Whether talking to somebody is what a goal is for, and no way out of the talk: "I fell and want to talk to somebody about it"."""
    return any(s.explicit for s in turn.starts) and _A_PERSON.search(turn.heard.parse.text.lower()) is None


def _gives_up(turn: HeardTurn, top: Goal) -> bool:
    if "cancel" in turn.acts:
        return True
    return "never_mind" in turn.acts and not _goes_on(turn) and not turn.starts and (not turn.asks or top.awaiting == CONFIRM)


def _goes_on(turn: HeardTurn) -> bool:
    """Whether "never mind" puts a time right: "nvm, 5:30"; not "we're away that week, forget it for now"."""
    first = next((c.span.start for c in turn.heard.clauses if "never_mind" in acts_of(c)), 0)
    return any(t.span.start >= first and t.kind == "point" and t.text.lower() != "now" for t in turn.heard.parse.times)


def _cancelled(turn: HeardTurn, stack: list[Goal]) -> Decision:
    """The top goal ends; what lies under it, or what the turn starts instead, is taken up."""
    ended = replace(stack[0], status="cancelled", awaiting=None, updated_at=turn.heard.at, misunderstood=0)
    instead = [s for s in turn.starts if s.explicit and s.goal.name != ended.name and "cancel" not in acts_of(s.clause)]
    if instead:
        started = _started(replace(turn, starts=tuple(instead)), stack[1:])
        if started:
            return replace(started, pieces=(Piece("cancelled", goal=ended), *started.pieces), goals=(*started.goals, ended))
    below = taken_up(turn, stack[1]) if len(stack) > 1 else None
    asking = (Piece("resume", goal=below), *prompt(turn, below)) if below else ()
    return Decision("resume" if below else "inform", (Piece("cancelled", goal=ended), *asking), (*([below] if below else []), ended))


def _started(turn: HeardTurn, stack: list[Goal]) -> Decision | None:
    """A goal begins, or one that waits is called back, before anything else is taken as an answer."""
    top = stack[0] if stack else None
    starts = [s for s in turn.starts if top is None or _interrupts(s, top, turn)]
    if not starts:
        return None
    if len(starts) > 1 and starts[0].score - starts[1].score < AMBIGUOUS and starts[0].clause == starts[1].clause:
        return kept(top, turn, "clarify", (Piece("choose", options=tuple(s.goal.title for s in starts[:2])),))
    begun = starts[0]
    waiting = next((g for g in stack if g.name == begun.goal.name), None)
    order = max((g.order for g in stack), default=0) + 1
    if begun.later and top:
        queued = _new_goal(turn, begun.goal, min(g.order for g in stack) - 1, "paused")
        rest = _continued(replace(turn, starts=(), rest=tuple(c for c in turn.rest if c not in begun.clauses)), stack)
        return replace(rest, goals=(*rest.goals, queued)) if rest else kept(top, turn, "ask", (*prompt(turn, top),), extra=(queued,))
    goal = replace(waiting, status="active", order=order) if waiting else _new_goal(turn, begun.goal, order, "active")
    paused = tuple(replace(g, status="paused", updated_at=turn.heard.at) for g in stack if g.status == "active" and g.id != goal.id)
    return advanced(turn, goal, [g for g in stack if g.id != goal.id], starting=begun.clauses, paused=paused)


def _reopened(turn: HeardTurn, done: Goal) -> Decision | None:
    """What was settled is changed: "actually, make that four nights". Only by what has a form of its own; words might be about anything."""
    spec = turn.sense.playbook.goal(done.name)
    if spec is None or turn.heard.at - done.updated_at > EXPIRY or turn.objected or turn.answers:
        return None
    if "cancel" in turn.acts:
        return _cancelled(turn, [done])
    if "correct" not in turn.acts:
        return None
    slots = fill(Reader(turn.sense, turn.heard, spec, done.slots, turn.rest, correcting=True))
    changed = [s.name for s in spec.slots if s.type in _FORMED and s.name in slots and slots[s.name] != done.slots.get(s.name)]
    if not changed:
        return _set_anew(turn, spec, done) if _ANOTHER_TIME.search(turn.heard.parse.text.lower()) else None
    moved = moved_on(turn, done, {**done.slots, **{name: slots[name] for name in changed}})
    return completed(turn, moved, []) if moved.awaiting is None else asked_next(turn, moved, done, (), starting=False)


def _set_anew(turn: HeardTurn, spec: GoalSpec, done: Goal) -> Decision | None:
    """Another time is wanted, and not yet said which."""
    timed = {s.name for s in spec.slots if s.type in ("datetime", "date")} & set(done.slots)
    if not timed:
        return None
    moved = moved_on(turn, done, {name: slot for name, slot in done.slots.items() if name not in timed})
    return Decision("ask", prompt(turn, moved), (moved,))


def _interrupts(start: Start, top: Goal, turn: HeardTurn) -> bool:
    """Whether it may begin in the middle of the top goal."""
    return start.goal.name != top.name and (start.explicit or start.score >= _SURE_START) and not _answers(start, top, turn)


def _answers(start: Start, top: Goal, turn: HeardTurn) -> bool:
    """Whether what looks like a start rather answers the open question: a plain report where words are asked for."""
    spec = turn.sense.playbook.goal(top.name)
    asked = spec.slot(top.awaiting) if spec and top.awaiting not in (None, CONFIRM) else None
    return asked is not None and asked.type == "text" and not start.explicit and start.score < 0.9


def _new_goal(turn: HeardTurn, spec: GoalSpec, order: int, status: GoalStatus) -> Goal:
    heard = turn.heard
    return Goal(
        id=GoalId(derived_id("goal", heard.turn, spec.name)),
        name=spec.name,
        status=status,
        awaiting=None,
        slots={},
        order=order,
        started_at=heard.at,
        updated_at=heard.at,
        started_turn=heard.turn,
        session=heard.session,
    )


def _continued(turn: HeardTurn, stack: list[Goal]) -> Decision | None:
    return advanced(turn, stack[0], stack[1:]) if stack else None
