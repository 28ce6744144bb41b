"""A conversation played through parsing and understanding, with what later turns need kept in plain values: no store, no server."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from nlp.discourse import remember
from nlp.ellipsis import understand
from nlp.pipeline import Pipeline
from nlp.types import Channel, Discourse, Parse, PriorTurn, Referent, Resolution, Speaker, Understanding

ZONE = ZoneInfo("America/Chicago")
START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)  # a Monday


@dataclass
class Dialogue:
    """Said turn by turn, a minute apart; `said` answers what each was understood as."""

    pipeline: Pipeline
    at: datetime = START
    channel: Channel = "sms"
    turns: list[PriorTurn] = field(default_factory=list[PriorTurn])
    referents: dict[str, Referent] = field(default_factory=dict[str, Referent])

    def say(self, text: str, speaker: Speaker = "customer", *, heard: str | None = None) -> Understanding:
        self.at += timedelta(minutes=1)
        if heard is not None:
            self.turns[-1] = replace(self.turns[-1], heard=len(heard))
        number = len(self.turns)
        discourse = Discourse(
            speaker=speaker,
            channel=self.channel,
            at=self.at,
            session_id=f"session on {self.channel}",
            turn_id=f"turn {number}",
            customer="customer",
            business="business",
            turns=tuple(self.turns[-12:]),
            referents={"customer": Referent("customer", "customer", "person"), "business": Referent("business", "us", "organisation")}
            | self.referents,
            recall=self._recall,
            new_id=lambda span: f"{number}:{span.start}-{span.end}",
        )
        parse = self.parse(text)
        understanding = understand(parse, discourse, self.pipeline.lexicon, reparse=self.parse, tagger=self.pipeline.tagger)
        turn, changed = remember(discourse, parse, understanding.resolutions, number=number, understood=understanding.text)
        self.turns.append(turn)
        self.referents |= changed
        return understanding

    def parse(self, text: str) -> Parse:
        return self.pipeline.parse(text, at=self.at, zone=ZONE)

    def play(self, lines: Sequence[str]) -> Understanding:
        """ "A: …" is the agent, "C: …" the customer, "V: …" the customer by phone two weeks later; gives the last."""
        last: Understanding | None = None
        for line in lines:
            who, _, text = line.partition(": ")
            if who == "V" and self.channel != "voice":
                self.channel, self.at = "voice", self.at + timedelta(days=14)
            last = self.say(text, "agent" if who == "A" else "customer")
        assert last is not None, "nothing was said"
        return last

    def _recall(self, _query: str, channel: Channel | None) -> list[PriorTurn]:
        return [turn for turn in self.turns if channel is None or turn.channel == channel]


def resolution(understanding: Understanding, mention: str) -> Resolution | None:
    """The last resolution of a mention of these words."""
    return next((r for r in reversed(understanding.resolutions) if r.mention.text.lower() == mention.lower()), None)
