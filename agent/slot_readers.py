"""Which reader reads which type of slot."""

from collections.abc import Callable, Mapping

from agent.playbook import SlotSpec
from agent.slot_formed import choice, money, number, value_of_type, when
from agent.slot_reading import Fill, Reader
from agent.slot_words import person, place, text, yes_no

READERS: Mapping[str, Callable[[SlotSpec, Reader], Fill | None]] = {
    "phone": value_of_type,
    "email": value_of_type,
    "choice": choice,
    "datetime": when,
    "date": when,
    "money": money,
    "number": number,
    "place": place,
    "person": person,
    "yes_no": yes_no,
    "text": text,
}
