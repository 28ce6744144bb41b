"""What the goals become by a turn, and what is to be said: a pure function of the playbook's sense, the stack and what was heard.

Knows the rules of the stack: start, fill, digress, correct, confirm, cancel, switch, resume, complete. Must not know a playbook's words,
stores, channels or wording.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from agent.digressions import SURE, Answered, Objected, find_answers, find_objection, is_question, price_answer
from agent.heard import Act, Clause, Decision, Heard, Piece
from agent.playbook import CONFIRM, GoalSpec, Knowledge
from agent.sense import Sense, acts_of
from agent.slot_readers import Reader
from agent.slots import fill, next_due, with_known
from agent.smalltalk import without_goal
from agent.starts import AMBIGUOUS, Start, find_starts
from graph.model import Goal, GoalId, GoalStatus, SlotValue, derived_id

EXPIRY = timedelta(days=60)  # an open goal that was not touched for so long is given up silently
_SURE_START = 0.75  # a mere report starts a goal in the middle of another only from this score on
_FORMED = frozenset({"datetime", "date", "number", "money", "choice", "phone", "email"})  # slots by whose change a goal is opened again
_NEVER = frozenset({"wait", "cancel", "never_mind", "repeat", "why", "handoff"})  # clauses that fill no slot


@dataclass(frozen=True)
class _Turn:
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


def decide(sense: Sense, goals: Sequence[Goal], heard: Heard) -> Decision:
    """Deterministic. `goals`: of the customer, in any order; ended ones are left alone. Ids of new goals derive from turn and name."""
    stack = sorted((g for g in goals if g.status in ("active", "paused") and sense.playbook.goal(g.name)), key=lambda g: -g.order)
    expired = tuple(replace(g, status="cancelled", awaiting=None) for g in stack if heard.at - g.updated_at > EXPIRY)
    stack = [g for g in stack if heard.at - g.updated_at <= EXPIRY]
    turn = _read(sense, heard, stack[0] if stack else None)
    done = max((g for g in goals if g.status == "completed"), key=lambda g: g.updated_at, default=None)
    decision = (
        _managed(turn, stack)
        or (_reopened(turn, done) if done and not stack else None)
        or _started(turn, stack)
        or _continued(turn, stack)
        or without_goal(heard, turn.acts, turn.answers, turn.objected)
    )
    return replace(decision, goals=(*decision.goals, *expired))


def _read(sense: Sense, heard: Heard, top: Goal | None) -> _Turn:
    awaited = (top.name, top.awaiting) if top and top.awaiting not in (None, CONFIRM) else None
    starts = find_starts(sense, heard)
    started = [s.clause for s in starts]
    answers = tuple(a for a in find_answers(sense, heard.clauses) if not any(a.clause == s.clause and s.score >= a.score for s in starts))
    chosen = [str(v.value) for v in top.slots.values()] if top else []
    price = price_answer(sense, [c for c in heard.clauses if c not in started], chosen)
    if price and not any(a.clause == price[1] and a.score >= SURE for a in answers):
        answers = (*(a for a in answers if a.clause != price[1]), Answered(Knowledge((), price[0]), price[1], 1.0))
    objected = find_objection(sense, [c for c in heard.clauses if c not in started and c not in [a.clause for a in answers]], awaited)
    used = [a.clause for a in answers] + ([objected.clause] if objected else [])
    rest = tuple(c for c in heard.clauses if c not in used and (c in started or not acts_of(c) & _NEVER))
    return _Turn(sense, heard, heard.parse.acts, answers, objected, starts, rest)


def _managed(turn: _Turn, stack: list[Goal]) -> Decision | None:
    """Turns that are about the talk itself: silence, a person wanted, repeat, why, giving up."""
    top = stack[0] if stack else None
    if not any(c.isalnum() for c in turn.heard.parse.text):
        return _reasked(turn, top, "again") if top else Decision("clarify", (Piece("again"),), understood=False)
    if "handoff" in turn.acts:
        return _kept(top, turn, "handoff", (Piece("handoff", turn.sense.playbook.handoff.say),))
    if "repeat" in turn.acts and len(turn.heard.clauses) <= 2 and (top or turn.heard.said_before):
        again = turn.heard.said_before and not (top and "question" in turn.heard.parse.text.lower())
        return _kept(
            top, turn, _act_of(top) if top else "inform", (Piece("repeat", turn.heard.said_before),) if again else _prompt(turn, top)
        )
    if top and _gives_up(turn, top):
        return _cancelled(turn, stack)
    if top and "why" in turn.acts and not turn.answers:
        return _kept(top, turn, "resume", (Piece("why", goal=top), *_prompt(turn, top)))
    return None


def _gives_up(turn: _Turn, top: Goal) -> bool:
    if "cancel" in turn.acts:
        return True
    return "never_mind" in turn.acts and not turn.heard.parse.times and not turn.starts and (not turn.asks or top.awaiting == CONFIRM)


def _cancelled(turn: _Turn, stack: list[Goal]) -> Decision:
    """The top goal ends; what lies under it, or what the turn starts instead, is taken up."""
    ended = replace(stack[0], status="cancelled", awaiting=None, updated_at=turn.heard.at, misunderstood=0)
    instead = [s for s in turn.starts if s.explicit and s.goal.name != ended.name and "cancel" not in acts_of(s.clause)]
    if instead:
        started = _started(replace(turn, starts=tuple(instead)), stack[1:])
        if started:
            return replace(started, pieces=(Piece("cancelled", goal=ended), *started.pieces), goals=(*started.goals, ended))
    below = _taken_up(turn, stack[1]) if len(stack) > 1 else None
    prompt = (Piece("resume", goal=below), *_prompt(turn, below)) if below else ()
    return Decision("resume" if below else "inform", (Piece("cancelled", goal=ended), *prompt), (*([below] if below else []), ended))


def _started(turn: _Turn, stack: list[Goal]) -> Decision | None:
    """A goal begins, or one that waits is called back, before anything else is taken as an answer."""
    top = stack[0] if stack else None
    starts = [s for s in turn.starts if top is None or _interrupts(s, top, turn)]
    if not starts:
        return None
    if len(starts) > 1 and starts[0].score - starts[1].score < AMBIGUOUS and starts[0].clause == starts[1].clause:
        return _kept(top, turn, "clarify", (Piece("choose", options=tuple(s.goal.title for s in starts[:2])),))
    begun = starts[0]
    waiting = next((g for g in stack if g.name == begun.goal.name), None)
    order = max((g.order for g in stack), default=0) + 1
    if begun.later and top:
        queued = _new_goal(turn, begun.goal, min(g.order for g in stack) - 1, "paused")
        rest = _continued(replace(turn, starts=(), rest=tuple(c for c in turn.rest if c != begun.clause)), stack)
        return replace(rest, goals=(*rest.goals, queued)) if rest else _kept(top, turn, "ask", (*_prompt(turn, top),), extra=(queued,))
    goal = replace(waiting, status="active", order=order) if waiting else _new_goal(turn, begun.goal, order, "active")
    paused = tuple(replace(g, status="paused", updated_at=turn.heard.at) for g in stack if g.status == "active" and g.id != goal.id)
    return _advanced(turn, goal, [g for g in stack if g.id != goal.id], starting=(begun.clause,), paused=paused)


def _reopened(turn: _Turn, done: Goal) -> Decision | None:
    """What was settled is changed: "actually, make that four nights". Only by what has a form of its own; words might be about anything."""
    spec = turn.sense.playbook.goal(done.name)
    if spec is None or "correct" not in turn.acts or turn.heard.at - done.updated_at > EXPIRY:
        return None
    slots = fill(Reader(turn.sense, turn.heard, spec, done.slots, turn.rest, correcting=True))
    changed = [s.name for s in spec.slots if s.type in _FORMED and s.name in slots and slots[s.name] != done.slots.get(s.name)]
    if not changed:
        return None
    moved = _moved(turn, done, {**done.slots, **{name: slots[name] for name in changed}})
    return _completed(turn, moved, []) if moved.awaiting is None else _asked_next(turn, moved, done, (), starting=False)


def _interrupts(start: Start, top: Goal, turn: _Turn) -> bool:
    """Whether it may begin in the middle of the top goal."""
    return start.goal.name != top.name and (start.explicit or start.score >= _SURE_START) and not _answers(start, top, turn)


def _answers(start: Start, top: Goal, turn: _Turn) -> bool:
    """Whether what looks like a start rather answers the open question: a plain report where words are asked for."""
    spec = turn.sense.playbook.goal(top.name)
    asked = spec.slot(top.awaiting) if spec and top.awaiting not in (None, CONFIRM) else None
    return asked is not None and asked.type == "text" and not start.explicit and start.score < 0.9


def _new_goal(turn: _Turn, spec: GoalSpec, order: int, status: GoalStatus) -> Goal:
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


def _continued(turn: _Turn, stack: list[Goal]) -> Decision | None:
    return _advanced(turn, stack[0], stack[1:]) if stack else None


def _advanced(turn: _Turn, goal: Goal, below: list[Goal], *, starting: tuple[Clause, ...] = (), paused: tuple[Goal, ...] = ()) -> Decision:
    """The top goal takes what the turn gives it."""
    spec = _spec(turn, goal)
    slots = _filled(turn, spec, goal, starting)
    progress = slots != goal.slots or bool(starting)
    confirming = goal.awaiting == CONFIRM and not progress
    if confirming and _agrees(turn):
        return _completed(turn, goal, below)
    if confirming and "deny" in turn.acts and not turn.answers:
        return _kept(goal, turn, "ask", (Piece("change", goal=goal),))
    moved = _moved(turn, goal, slots)
    if progress and moved.awaiting is None:
        return _completed(turn, moved, below)
    if progress:
        return _asked_next(turn, moved, goal, paused, starting=bool(starting))
    return _stayed(turn, replace(moved, session=goal.session), goal)


def _filled(turn: _Turn, spec: GoalSpec, goal: Goal, starting: tuple[Clause, ...]) -> dict[str, SlotValue]:
    asked = goal.awaiting if goal.awaiting != CONFIRM and not starting else None
    correcting = "correct" in turn.acts or (goal.awaiting == CONFIRM and not starting)
    given = fill(
        Reader(turn.sense, turn.heard, spec, goal.slots, turn.rest, asked, starting, correcting and not (starting and not goal.slots))
    )
    return with_known(spec, given, turn.heard)


def _spec(turn: _Turn, goal: Goal) -> GoalSpec:
    spec = turn.sense.playbook.goal(goal.name)
    if spec is None:
        raise KeyError(f"goal {goal.name!r} is not in the playbook")
    return spec


def _agrees(turn: _Turn) -> bool:
    return "affirm" in turn.acts and not turn.acts & {"deny", "wait"}


def _moved(turn: _Turn, goal: Goal, slots: dict[str, SlotValue]) -> Goal:
    due, _ = next_due(_spec(turn, goal), slots, goal.told)
    return replace(goal, slots=slots, awaiting=due, status="active", updated_at=turn.heard.at, session=turn.heard.session, misunderstood=0)


def _asked_next(turn: _Turn, moved: Goal, before: Goal, paused: tuple[Goal, ...], *, starting: bool) -> Decision:
    """Something was filled: answer what was asked on the way, then ask for what is due."""
    aside = _aside(turn)
    tells = next_due(_spec(turn, moved), moved.slots, moved.told)[1]
    told = replace(moved, told=(*moved.told, *(t.name for t in tells)))
    prompt = _prompt(turn, moved)
    same = moved.awaiting == before.awaiting and not starting and moved.awaiting != CONFIRM
    act: Act = "object" if turn.objected else "resume" if aside and not starting else _act_of(moved)
    return Decision(act, (*aside, *([Piece("inform")] if same and not aside else []), *prompt), (told, *paused))


def _stayed(turn: _Turn, goal: Goal, before: Goal) -> Decision:
    """Nothing was filled: an aside, a pause, a return after a while, or something that was not understood."""
    heard, aside = turn.heard, _aside(turn)
    returned = replace(goal, session=heard.session)
    if aside:
        return Decision("object" if turn.objected else "resume", (*aside, *_prompt(turn, goal)), (returned,))
    if "wait" in turn.acts:
        return Decision("inform", (Piece("wait"),), (returned,))
    if before.session != heard.session:
        return Decision("resume", (Piece("returned", goal=goal), *_prompt(turn, goal)), (returned,))
    if "ack" in turn.acts and not turn.asks:
        return Decision("ask", (Piece("inform"), *_prompt(turn, goal)), (returned,))
    if turn.acts & {"thank", "greet", "smalltalk"} and not turn.asks:
        return Decision("resume", (Piece("thank" if "thank" in turn.acts else "smalltalk"), *_prompt(turn, goal)), (returned,))
    if turn.asks:
        return _counted(turn, returned, "abstain", (Piece("abstain"), *_prompt(turn, goal)), before.misunderstood)
    return _counted(turn, returned, "ask", (Piece("again"), *_prompt(turn, goal)), before.misunderstood)


def _counted(turn: _Turn, goal: Goal, act: Act, pieces: tuple[Piece, ...], missed: int) -> Decision:
    """One more turn that nothing could be made of; after so many a person takes over."""
    handoff = turn.sense.playbook.handoff
    if missed + 1 >= handoff.after:
        return Decision("handoff", (Piece("handoff", handoff.say),), (replace(goal, misunderstood=0),), understood=False)
    return Decision(act, pieces, (replace(goal, misunderstood=missed + 1),), understood=False)


def _aside(turn: _Turn) -> tuple[Piece, ...]:
    """What is said to objections and questions before coming back."""
    said = [Piece("objection", turn.objected.objection.say)] if turn.objected else []
    said += [Piece("knowledge", a.entry.say) for a in turn.answers]
    memory = turn.heard.memory
    if not said and memory and not memory.abstained and turn.asks:
        said.append(Piece("memory", memory.text, citations=memory.citations))
    return tuple(said)


def _completed(turn: _Turn, goal: Goal, below: list[Goal]) -> Decision:
    """The goal is done; the next on the stack is taken up in the same turn."""
    done = replace(goal, status="completed", awaiting=None, updated_at=turn.heard.at, session=turn.heard.session, misunderstood=0)
    following = _taken_up(turn, below[0]) if below else None
    prompt = (Piece("resume", goal=following), *_prompt(turn, following)) if following else ()
    return Decision(
        "done", (*_aside(turn), Piece("done", _spec(turn, goal).done, done), *prompt), (*([following] if following else []), done)
    )


def _taken_up(turn: _Turn, goal: Goal) -> Goal:
    slots = with_known(_spec(turn, goal), goal.slots, turn.heard)
    return _moved(turn, goal, slots)


def _prompt(turn: _Turn, goal: Goal | None) -> tuple[Piece, ...]:
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


def _act_of(goal: Goal) -> Act:
    return "confirm" if goal.awaiting == CONFIRM else "ask"


def _reasked(turn: _Turn, top: Goal, kind: str) -> Decision:
    return _counted(turn, top, _act_of(top), (Piece("again"), *_prompt(turn, top)), top.misunderstood) if kind else Decision("ask", ())


def _kept(goal: Goal | None, turn: _Turn, act: Act, pieces: tuple[Piece, ...], extra: tuple[Goal, ...] = ()) -> Decision:
    """The stack stays as it is, but is touched."""
    touched = (replace(goal, updated_at=turn.heard.at, session=turn.heard.session, status="active", misunderstood=0),) if goal else ()
    return Decision(act, pieces, (*touched, *extra))
