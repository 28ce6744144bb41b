"""What played dialogues expect and do not bring today stands in a file, by dialogue: a miss that is not listed fails, and so does a listed
one that holds. The end of the run tells the figures and every miss, each in a line from which `renew_misses` writes the file anew.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml


class Tally:
    """Counts what held, and says so at the end of the run."""

    def __init__(self, title: str, misses: Path) -> None:
        self.title, self.path = title, misses
        self.listed: dict[str, list[str]] = yaml.load(misses.read_text(encoding="utf-8"), yaml.BaseLoader) or {}
        self.held = self.expected = self.played = 0
        self.missed: dict[str, list[str]] = {}
        self.headline: Callable[[], str] = lambda: f"{self.held} of {self.expected} expectations"

    def check(self, id: str, missed: Sequence[str], *, expected: int) -> None:
        """Counts a dialogue, and holds what it missed against the list."""
        self.played, self.expected, self.held = self.played + 1, self.expected + expected, self.held + expected - len(missed)
        if missed:
            self.missed[id] = list(missed)
        listed = self.listed.get(id, [])
        lost, found = [m for m in missed if m not in listed], [m for m in listed if m not in missed]
        assert not lost, "no longer holds:\n" + "\n".join(lost)
        assert not found, f"holds now, take it off {self.path.name}:\n" + "\n".join(found)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.played:
            whole = self.played - len(self.missed)
            terminalreporter.section(f"{self.title}: {self.headline()}, {whole} of {self.played} whole")
        for id, missed in self.missed.items():
            for miss in missed:
                terminalreporter.write_line(f"missed {self.path.name} {id}: {miss}")
