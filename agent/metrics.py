"""What is counted and timed, for Prometheus: turns, steps of turns, requests. Never a customer's words, name or id.

Knows numbers and labels of few values; one registry for each app, so that several may live in a process.
"""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._turns = Counter("throughline_turns", "Turns answered", ["channel", "speaker", "outcome"], registry=self._registry)
        self._steps = Histogram("throughline_step_seconds", "Time of a turn's steps", ["step"], buckets=_SECONDS, registry=self._registry)
        self._requests = Counter("throughline_requests", "HTTP requests", ["route", "method", "status"], registry=self._registry)

    def turn(self, channel: str, speaker: str, answer: Mapping[str, Any]) -> None:
        """answer: the contract's body, of which only `replayed` and `timings_ms` are looked at."""
        replayed = bool(answer.get("replayed"))
        self._turns.labels(channel, speaker, "replayed" if replayed else "done").inc()
        timings: Mapping[str, float] = answer.get("timings_ms") or {}
        for step, took in () if replayed else timings.items():
            self._steps.labels(step).observe(took / 1000)

    def failed(self, channel: str, speaker: str) -> None:
        self._turns.labels(channel, speaker, "failed").inc()

    def request(self, route: str, method: str, status: int) -> None:
        """route: the path's template, never the path."""
        self._requests.labels(route, method, str(status)).inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)
