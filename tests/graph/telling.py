"""A customer's conversation told to memory without store or server: real text, the real models, plain values."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from graph.drafts import Heard, Prior
from graph.entities import absorbed, renamed
from graph.fact_index import add, empty
from graph.facts import Changes, derive
from graph.model import Entity, EntityId, Fact, FactId, SessionId, Turn, TurnId
from graph.question_terms import Question
from graph.questions import answer
from graph.state import ended
from graph.telling import Answer
from nlp.discourse import remember
from nlp.ellipsis import understand
from nlp.modality import Predicates
from nlp.pipeline import Pipeline
from nlp.types import Discourse, Linked, Parse, PriorTurn, Referent, Speaker, Understanding

ZONE = ZoneInfo("America/Chicago")
START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)  # a Monday
CUSTOMER, BUSINESS = EntityId("customer"), EntityId("business")


def _founders() -> dict[EntityId, Entity]:
    return {
        CUSTOMER: Entity(CUSTOMER, "customer", "person", is_customer=True),
        BUSINESS: Entity(BUSINESS, "the business", "organisation", is_business=True),
    }


@dataclass
class Telling:
    """Turns a minute apart; `facts` and `entities` are what memory holds after them."""

    pipeline: Pipeline
    at: datetime = START
    turns: list[PriorTurn] = field(default_factory=list[PriorTurn])
    referents: dict[str, Referent] = field(default_factory=dict[str, Referent])
    entities: dict[EntityId, Entity] = field(default_factory=_founders)
    facts: dict[FactId, Fact] = field(default_factory=dict[FactId, Fact])

    def __post_init__(self) -> None:
        self.referents |= {e.id: Referent(e.id, e.name, e.type) for e in self.entities.values()}

    def say(self, text: str, speaker: Speaker = "customer", *, at: datetime | None = None) -> Changes:
        """What the turn changes, which is entered into the memory."""
        self.at = at or self.at + timedelta(minutes=1)
        number = len(self.turns)
        turn = Turn(TurnId(f"t{number}"), None, SessionId("s"), number, "sms", speaker, self.at, self.at, text, ZONE.key)
        discourse, parse = self._discourse(turn), self._read(text)
        meant = understand(parse, discourse, self.pipeline.lexicon, reparse=self._read)
        self.entities |= absorbed(self.entities, meant.resolutions, turn, parse)
        changes = derive(self._heard(turn, parse, meant), self.facts)
        self.entities |= renamed(self.entities, changes.facts)
        self.facts |= {fact.id: fact for fact in changes.facts}
        self.facts |= {end.fact: ended(self.facts[end.fact], end) for end in changes.ends}
        prior, changed = remember(discourse, parse, meant.resolutions, number=number, understood=meant.text)
        self.turns.append(prior)
        self.referents |= changed
        return changes

    def tell(self, *lines: str) -> Changes:
        """ "A: …" is the agent; any other line the customer. Gives what the last changed."""
        changes = Changes((), (), ())
        for line in lines:
            changes = self.say(line.removeprefix("A: "), "agent" if line.startswith("A: ") else "customer")
        return changes

    def ask(self, question: str, *, as_of: datetime | None = None, indexed: bool = True) -> Answer:
        """The answer to the customer, with all that is known by now; found by the index of facts or by looking at each."""
        turn = Turn(TurnId("q"), None, SessionId("q"), len(self.turns), "api", "customer", as_of or self.at, self.at, question, ZONE.key)
        parse = self._read(question)
        meant = understand(parse, self._discourse(turn), self.pipeline.lexicon, reparse=self._read)
        asked = Question(meant.parse, meant.referents, frozenset(self.entities), CUSTOMER, BUSINESS, self.entities, turn.at)
        classes, similarity = Predicates.load().synonyms, self.pipeline.lexicon.similarity
        index = add(empty(), self.facts.values(), self.entities.values()) if indexed else None
        return answer(asked, self.facts, self.at, similarity=similarity, classes=classes, to_customer=True, index=index)

    def name(self, entity: EntityId | None) -> str:
        return self.entities[entity].name if entity else ""

    def _heard(self, turn: Turn, parse: Parse, meant: Understanding) -> Heard:
        last = self.turns[-1] if self.turns else None
        asked = Prior(last.parse, tuple(m.referent for m in last.mentions)) if last and last.speaker != turn.speaker else None
        own = meant.parse is parse
        values = {r.mention.index: r.value for r in meant.resolutions if isinstance(r, Linked) and r.value and r.mention.value is None}
        heard = Heard(meant.parse, meant.referents, turn, own, self.entities, CUSTOMER, BUSINESS, turn.at, prior=asked)
        return replace(heard, values=values) if own else heard

    def _discourse(self, turn: Turn) -> Discourse:
        return Discourse(
            speaker=turn.speaker,
            channel=turn.channel,
            at=turn.at,
            session_id=turn.session,
            turn_id=turn.id,
            customer=CUSTOMER,
            business=BUSINESS,
            turns=tuple(self.turns[-12:]),
            referents=self.referents,
            new_id=lambda span: f"{turn.id}:{span.start}-{span.end}",
        )

    def _read(self, text: str) -> Parse:
        return self.pipeline.parse(text, at=self.at, zone=ZONE)
