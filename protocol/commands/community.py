"""Commands about the community and its people."""

from __future__ import annotations

from typing import Literal

from protocol.request import Command


class ChangeCommunity(Command, frozen=True, tag="community.change"):
    """Change the community's settings; what is not given stays."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    minors: bool | None = None
    who_opens_rooms: Literal["everyone", "admins"] | None = None
    direct_rooms: Literal["everyone", "with_facilitators", "nobody"] | None = None
    sign_up: Literal["invitation", "approval"] | None = None


class ChangeProfile(Command, frozen=True, tag="person.change"):
    """Change one's own profile."""

    name: str | None = None
    pronouns: str | None = None
    bio: str | None = None
    time_zone: str | None = None


class SetRole(Command, frozen=True, tag="person.role"):
    """Give a person another role in the community."""

    person: str
    role: Literal["owner", "admin", "member", "guest"]


class ApprovePerson(Command, frozen=True, tag="person.approve"):
    """Say yes to an account that waits."""

    person: str


COMMANDS: tuple[type[Command], ...] = (
    ChangeCommunity,
    ChangeProfile,
    SetRole,
    ApprovePerson,
)
