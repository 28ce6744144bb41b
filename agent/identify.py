"""Who a turn is from, and which conversation it belongs to. Pure.

Knows the contract's rules of addresses and the idle times of channels; no store and no clock. What is said in a text identifies nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import phonenumbers

from graph.model import Address, Session, Turn
from nlp.types import Channel

CARRIER: tuple[Channel, ...] = ("sms", "voice")  # the carrier vouches for the number, so both share it
IDLE: Mapping[Channel, timedelta] = {
    "voice": timedelta(minutes=10),  # a call that dropped and is taken up again
    "sms": timedelta(hours=24),
    "webchat": timedelta(minutes=30),
    "email": timedelta(days=7),
    "api": timedelta(minutes=30),
}


class AddressError(ValueError):
    """The value cannot be an address on that channel."""


def same_customer(channel: Channel, value: str, country: str) -> tuple[Address, ...]:
    """The addresses any of which names this customer, that of the channel itself first. Raises AddressError.

    country: where a number without country code belongs, ISO 3166 alpha-2.
    """
    normal = normalised(channel, value, country)
    others: tuple[Channel, ...] = tuple(each for each in CARRIER if each != channel) if channel in CARRIER else ()
    return tuple(Address(each, normal, verified=channel in CARRIER) for each in (channel, *others))


def normalised(channel: Channel, value: str, country: str) -> str:
    """Phone numbers in E.164, mail addresses in lower case, anything else as it is but for white space around. Raises AddressError."""
    value = value.strip()
    if channel in CARRIER:
        return _number(value, country)
    if channel == "email":
        local, at, domain = value.rpartition("@")
        if not (local and at and domain) or any(each.isspace() for each in value):
            raise AddressError(f"{value!r} is no mail address; expected NAME@DOMAIN")
        return value.casefold()
    return value


def _number(value: str, country: str) -> str:
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException as error:
        raise AddressError(f"{value!r} is no phone number; expected E.164, such as +15125550101") from error
    if not phonenumbers.is_possible_number(number):
        raise AddressError(f"{value!r} is no possible phone number in {country}; expected E.164, such as +15125550101")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def session_of(sessions: Iterable[Session], channel: Channel, at: datetime) -> Session | None:
    """The latest conversation on the channel that a turn said at `at` continues: no more than the idle time from its first or last turn."""
    idle = IDLE[channel]
    open_then = (
        each for each in sessions if each.channel == channel and not each.ended and each.started_at - idle <= at <= each.last_turn_at + idle
    )
    return max(open_then, key=lambda each: (each.last_turn_at, each.id), default=None)


def in_conversation(turn: Turn, sessions: Iterable[Session]) -> Turn:
    """The turn in the conversation that it continues, or in the one of its own that it came with. For a turn of which no session was
    named; sessions: those of the customer once all turns before this one are done."""
    found = session_of(sessions, turn.channel, turn.at)
    return replace(turn, session=found.id) if found else turn


def searched(address: str | None, country: str) -> tuple[str | None, ...]:
    """The values that somebody who looks for an address may mean, most literal first; (None,) where nothing is looked for."""
    if address is None:
        return (None,)
    value = address.strip()
    number = f"+{value}" if address.startswith(" ") else value  # a plus sign in a query is a space unless it is escaped
    try:
        return tuple(dict.fromkeys((value, value.casefold() if "@" in value else value, _number(number, country))))
    except AddressError:
        return tuple(dict.fromkeys((value, value.casefold() if "@" in value else value)))
