"""Every table, as SQLModel classes; private to storage.

The classes describe columns for migrations and for Core statements; no instances are made on the
hot path (`table=True` models do not validate, and the ORM's session costs more than the insert).
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table
from sqlmodel import SQLModel

from storage.tables.accounts import (
    ApiToken,
    Audit,
    CommunityRow,
    Credential,
    Invitation,
    OneTimeLink,
    PersonRow,
    Secret,
    SessionRow,
    VisitRow,
)
from storage.tables.append_only import append_only
from storage.tables.bots import (
    BotRow,
    DeadLetter,
    InteractionRow,
    OutgoingCursor,
    OutgoingRow,
    SlashRow,
    WebhookRow,
    WhisperRow,
)
from storage.tables.hosts import InnerHostRow
from storage.tables.jobs import JobRow
from storage.tables.planned import PlannedRow, RemindedRow
from storage.tables.push import NotifyChoiceRow, NotifyRow, PushDeviceRow, PushMarkRow
from storage.tables.quiet import QuietRow
from storage.tables.reports import ReportByRow, ReportRow
from storage.tables.review import HeldRow, ModerationRow
from storage.tables.rooms import (
    MemberRow,
    MentionRow,
    MessageRow,
    ReactionRow,
    RoomRow,
    ThreadFollow,
    VersionRow,
)
from storage.tables.sanctions import SanctionRow
from storage.tables.search import FindingRow, own_index
from storage.tables.slack import SlackCursor, SlackLink, SlackView
from storage.tables.streams import CommandOnce, EventRow, StreamRow
from storage.tables.tools import BallotRow, ToolMarkRow, ToolRow


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


STREAM = _table(StreamRow)
EVENT = _table(EventRow)
COMMAND_ONCE = _table(CommandOnce)
ROOM = _table(RoomRow)
MEMBER = _table(MemberRow)
MESSAGE = _table(MessageRow)
REACTION = _table(ReactionRow)
MENTION = _table(MentionRow)
THREAD_FOLLOW = _table(ThreadFollow)
VERSION = _table(VersionRow)
FINDING = _table(FindingRow)
PLANNED = _table(PlannedRow)
REMINDED = _table(RemindedRow)
QUIET = _table(QuietRow)
PUSH_DEVICE = _table(PushDeviceRow)
PUSH_MARK = _table(PushMarkRow)
NOTIFY = _table(NotifyRow)
NOTIFY_CHOICE = _table(NotifyChoiceRow)
MODERATION = _table(ModerationRow)
HELD = _table(HeldRow)
REPORT = _table(ReportRow)
REPORT_BY = _table(ReportByRow)
SLACK_LINK = _table(SlackLink)
SLACK_CURSOR = _table(SlackCursor)
SLACK_VIEW = _table(SlackView)
TOOL = _table(ToolRow)
TOOL_MARK = _table(ToolMarkRow)
BALLOT = _table(BallotRow)
COMMUNITY = _table(CommunityRow)
PERSON = _table(PersonRow)
CREDENTIAL = _table(Credential)
SESSION = _table(SessionRow)
API_TOKEN = _table(ApiToken)
INVITATION = _table(Invitation)
ONE_TIME_LINK = _table(OneTimeLink)
VISIT = _table(VisitRow)
AUDIT = _table(Audit)
append_only(AUDIT)
SANCTION = _table(SanctionRow)
SECRET = _table(Secret)
JOB = _table(JobRow)
BOT = _table(BotRow)
SLASH = _table(SlashRow)
INTERACTION = _table(InteractionRow)
WHISPER = _table(WhisperRow)
WEBHOOK = _table(WebhookRow)
OUTGOING = _table(OutgoingRow)
OUTGOING_CURSOR = _table(OutgoingCursor)
DEAD_LETTER = _table(DeadLetter)
INNER_HOST = _table(InnerHostRow)

own_index(FINDING)

METADATA = SQLModel.metadata
