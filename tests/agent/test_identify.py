from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from agent.identify import IDLE, AddressError, normalised, same_customer, searched, session_of
from graph.model import Session, SessionId
from nlp.types import Channel

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "value", "normal"),
    [
        ("sms", "+15125550101", "+15125550101"),
        ("voice", "(512) 555-0101", "+15125550101"),
        ("sms", " 512.555.0101 ", "+15125550101"),
        ("sms", "+44 20 7946 0018", "+442079460018"),
        ("email", " Maria.Lopez@Example.ORG ", "maria.lopez@example.org"),
        ("webchat", " visitor-1 ", "visitor-1"),
        ("webchat", "Visitor-1", "Visitor-1"),
        ("api", "+1 512 555 0101", "+1 512 555 0101"),
    ],
)
def test_addresses_have_one_form(channel: Channel, value: str, normal: str) -> None:
    assert normalised(channel, value, "US") == normal


@pytest.mark.parametrize(
    ("channel", "value"), [("sms", "maria"), ("voice", "12"), ("sms", "+1512555010199999"), ("email", "maria"), ("email", "a b@c")]
)
def test_what_is_no_address_is_refused(channel: Channel, value: str) -> None:
    with pytest.raises(AddressError):
        normalised(channel, value, "US")


def test_a_number_without_country_belongs_to_the_business_s() -> None:
    assert normalised("sms", "020 7946 0018", "GB") == "+442079460018"


def test_text_messages_and_calls_share_the_number_and_nothing_else_does() -> None:
    assert [a.channel for a in same_customer("voice", "+15125550101", "US")] == ["voice", "sms"]
    assert [a.channel for a in same_customer("api", "+15125550101", "US")] == ["api"]


def test_somebody_who_looks_may_write_a_number_as_they_like() -> None:
    assert "+15125550101" in searched("(512) 555-0101", "US")
    assert "+15125550101" in searched(" 15125550101", "US")
    assert searched("Maria@Example.org", "US") == ("Maria@Example.org", "maria@example.org")
    assert searched(None, "US") == (None,)


def _session(name: str, channel: Channel, start: datetime, last: datetime, *, ended: bool = False) -> Session:
    return Session(SessionId(name), channel, "", start, last, ended)


@pytest.mark.parametrize("channel", get_args(Channel))
def test_a_conversation_goes_on_until_it_was_idle_for_too_long(channel: Channel) -> None:
    known = [_session("old", channel, NOON - timedelta(days=90), NOON - timedelta(days=60)), _session("new", channel, NOON, NOON)]
    for late, found in ((timedelta(0), True), (IDLE[channel], True), (IDLE[channel] + timedelta(seconds=1), False)):
        assert (session_of(known, channel, NOON + late) is known[1]) is found
        assert (session_of(known, channel, NOON - late) is known[1]) is found


def test_a_turn_told_late_goes_to_the_conversation_of_its_time() -> None:
    known = [_session("old", "sms", NOON - timedelta(days=9), NOON - timedelta(days=8)), _session("new", "sms", NOON, NOON)]
    assert session_of(known, "sms", NOON - timedelta(days=8, hours=3)) is known[0]


def test_another_channel_s_and_an_ended_conversation_are_not_gone_on_with() -> None:
    assert session_of([_session("call", "voice", NOON, NOON), _session("over", "sms", NOON, NOON, ended=True)], "sms", NOON) is None
