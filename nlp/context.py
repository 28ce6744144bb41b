"""What a turn may be completed from: the question left open, the speaker's own requests, what the other side just said.

Knows the discourse and how its turns are read; fills in nothing.
"""

from dataclasses import dataclass
from functools import cached_property

from nlp.indifference import shrug
from nlp.sources import Reparse, Source, open_question, prior_source
from nlp.types import Discourse, Lexicon, PriorTurn

_WINDOW = 6  # turns back in which a request may be taken up


@dataclass(frozen=True)
class Context:
    """What a turn may be completed from."""

    discourse: Discourse
    lexicon: Lexicon
    reparse: Reparse

    @cached_property
    def asked(self) -> Source | None:
        """The question that the other side just left open."""
        turns = self.discourse.turns
        if not turns or turns[-1].speaker == self.discourse.speaker:
            return None
        said = next((s for s in reversed(self.sources(turns[-1])) if s.is_question), None)
        if said is not None or not self.discourse.awaiting or self.discourse.speaker == "agent":
            return said
        return next(iter(reversed(open_question(self.discourse.awaiting, turns[-1], self.discourse, self.reparse))), None)

    @cached_property
    def requests(self) -> tuple[Source, ...]:
        """The speaker's own earlier sentences that have a verb, the latest first."""
        found: list[Source] = []
        for prior in reversed(self.discourse.turns[-_WINDOW:]):
            if prior.speaker == self.discourse.speaker and prior.session_id == self.discourse.session_id:
                found += [s for s in reversed(self.sources(prior)) if (s.finite or s.imperative) and not shrug(s)]
        return tuple(found)

    @cached_property
    def said_by_other(self) -> tuple[Source, ...]:
        """The other side's sentences just before, the latest first."""
        turns = self.discourse.turns
        return tuple(reversed(self.sources(turns[-1]))) if turns and turns[-1].speaker != self.discourse.speaker else ()

    def sources(self, prior: PriorTurn) -> list[Source]:
        """Read once for all who ask."""
        if prior.turn_id not in self._read:
            self._read[prior.turn_id] = prior_source(prior, self.discourse, self.reparse)
        return self._read[prior.turn_id]

    @cached_property
    def _read(self) -> dict[str, list[Source]]:
        return {}
