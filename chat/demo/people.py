"""Who lives in the sample community: fourteen invented people, and the three to sign in as."""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    """One of the cast, by username."""

    name: str
    pronouns: str
    bio: str
    role: str = "member"


COMMUNITY = "Harbour Street Commons"
TIME_ZONE = "Europe/Lisbon"
OWNER = "amara"
PASSWORD = "tertulia-demo"  # noqa: S105 - told to whoever starts the demo
"""Everybody's: so that a visitor can try what asks for a password."""

CAST: dict[str, Person] = {
    "amara": Person(
        "Amara Ndukwe", "she/her",
        "Librarian, keeper of the keys. I ask what you are reading before I ask how you are.",
        "owner",
    ),
    "priya": Person(
        "Priya Venkataraman", "she/her",
        "Software by day, tide gauges by obsession.", "admin",
    ),
    "teodor": Person(
        "Teodor Lindqvist", "he/him",
        "Thirty-one years on the number 4 tram, now at the terminus with a book.",
    ),
    "rosa": Person(
        "Rosa Quispe", "she/ella",
        "Spanish teacher. Keeper of a press from 1911 and of every single e.",
    ),
    "ingrid": Person(
        "Ingrid Halvorsen", "she/her", "Wooden boats. If it floats I have sworn at it.",
    ),
    "samuel": Person(
        "Samuel Abebe", "he/him", "Second-year carpentry apprentice. Turns over every plank.",
    ),
    "farid": Person("Farid Rahmani", "he/him", "Physics teacher. Forty-one slides and sorry."),
    "leilani": Person("Leilani Kahale", "she/her", "Maths teacher. Checks the brackets."),
    "daejung": Person("Dae-jung Seo", "he/him", "Chemist, retired. Label your flasks."),
    "noor": Person("Noor El-Amin", "she/her", "Night nurse at the harbour clinic. Mother of one."),
    "gwen": Person("Gwen Pritchard", "she/her", "Two children, three lists, one car."),
    "yuki": Person("Yuki Tanabe", "they/them", "Illustrator. Mostly chairs, lately tides."),
    "mateus": Person("Mateus Oliveira", "he/him", "Hydrology student, professionally wet."),
    "kofi": Person("Kofi Mensah", "he/him", "Print diploma. Never without ink on my hands."),
}  # fmt: skip

VISITS = {
    "samuel": "a member",
    "rosa": "a facilitator",
    "amara": "the owner",
}
"""Whom the visitor can be, with a link each."""
