"""The bodies that clients send, validated at the rim: after this, a request is well formed.

Knows the contract's names, types and limits; nothing of what is done with them.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from nlp.types import Channel, Speaker

MAX_TEXT = 100_000  # characters of one turn
MAX_NAME = 255  # characters of an id, a key, an address
_ISO, _LOST_PLUS = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"(?<=\d) (\d\d:\d\d)$")
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _written_out(value: Any) -> Any:
    """Seconds since 1970 are no instant here; `…T09:00:00 06:00` came from a query whose plus sign was not escaped."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _ISO.match(value):
        raise ValueError("expected an ISO 8601 instant with an offset, such as 2026-03-02T15:04:05-06:00")
    return _LOST_PLUS.sub(r"+\1", value)


def _imaginable(value: datetime) -> datetime:
    if not EARLIEST <= value < LATEST:
        raise ValueError("expected an instant from 1900 to 2199")
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("expected words, found nothing but white space")
    return value


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out), AfterValidator(_imaginable)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(_said)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME), AfterValidator(_said)]


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class TurnRequest(Body):
    """POST /v1/turns. Who it is from: `customer_id` where given, else `address`."""

    channel: Channel
    text: Said
    address: Name | None = None
    customer_id: Name | None = None
    at: Instant | None = None
    turn_id: Name | None = None
    session_id: Name | None = None
    speaker: Speaker = "customer"
    respond: bool = True
    heard: Annotated[str, StringConstraints(max_length=MAX_TEXT)] | None = None

    @model_validator(mode="after")
    def _from_somebody(self) -> "TurnRequest":
        if self.address is None and self.customer_id is None:
            raise ValueError("expected an address or a customer_id: whom is this turn with?")
        return self


class AskRequest(Body):
    question: Said
    as_of: Instant | None = None
    asked_by: Literal["customer", "business"] = "customer"
    previous: tuple[Said, ...] = Field(default=(), strict=False, max_length=100)


class RetractRequest(Body):
    reason: Said


class AddressRequest(Body):
    channel: Channel
    value: Name
    verified: bool = False


class MergeRequest(Body):
    customer_id: Name


class UnmergeRequest(Body):
    merge_id: Name


class ReplayRequest(Body):
    dry_run: bool = False
