"""Every limit a user can meet, in one place; told in `welcome` and tested at, below and above.

Lengths are in Unicode code points unless a name says bytes; times are in seconds.
"""

from __future__ import annotations

BODY = 8_000
TITLE = 120
"""Of a topic in a forum."""
MENTIONS_PER_MESSAGE = 50
REACTIONS_PER_MESSAGE = 20
"""Different emoji on one message; how many people share one is not limited."""
EMOJI = 32
PINS_PER_ROOM = 50
MOVED_MESSAGES = 200
"""Of one thread that moves, its first message included."""
RULES_PER_PLACE = 30
"""Rules of one room, or of the community."""
WORDS_PER_RULE = 200
WORD = 60
PATTERNS_PER_RULE = 10
PATTERN = 200
PATTERN_BYTES = 1 << 20
"""Memory of one compiled pattern."""
PATTERN_STEPS = 6_000
"""All patterns of a room together, in instructions of RE2: what one character may cost."""
DOMAINS_PER_RULE = 100
RULE_NAME = 60
RULE_MESSAGE = 150
REPEATS_TIMES = 20
REPEATS_SECONDS = 24 * 3600
TIMEOUT_MINUTES = 7 * 24 * 60
NEWCOMER_POSTS = 50
MATCHED = 80
"""Of what met a rule, shown to facilitators."""
TRIED_MESSAGES = 1_000
"""Messages that a rule is tried on before it is switched on."""
WAITING_POSTS = 50
"""Posts of one person that may wait for facilitators at a time."""
DECLINED_DAYS = 30
"""How long facilitators may look at what they declined."""
NOTE = 1_000
REPORTS_OPEN = 50
"""Open reports of one person."""
EVIDENCE_OF_TALK = 20
"""The newest messages of a direct conversation, kept with a report."""
EVIDENCE_DAYS = 30
"""How long a report keeps what was seen, after it is resolved."""
REASON = 500

SLOW_MODE = 21_600
SANCTION_SECONDS = 365 * 24 * 3600
"""The longest mute, and the longest lock, ban or suspension that is not for ever."""
APPEAL = 2_000

ROOM_NAME = 80
PURPOSE = 500
DIRECT_PEOPLE_MIN = 2
DIRECT_PEOPLE_MAX = 9
ROOMS_PER_PERSON = 500
INVITED_AT_ONCE = 50
KEEP_DAYS_MIN = 7
KEEP_DAYS = 3_650
"""How long a room keeps what was said, in days, where it does not keep it for ever."""

USERNAME_MIN = 2
USERNAME = 32
DISPLAY_NAME = 60
PRONOUNS = 40
BIO = 300
EMAIL = 254
PASSWORD_MIN = 8
PASSWORD = 256
COMMUNITY_NAME = 80
TOKEN_NAME = 60
TOKENS_PER_PERSON = 20
BOTS_PER_ROOM = 10
BOTS_PER_COMMUNITY = 200
ROOMS_PER_BOT = 50
WEBHOOKS_PER_BOT = 10
INNER_HOSTS = 50
"""Hosts inside the server's network that bots may be told at."""
BOT_RATE = 1_200
"""Requests a minute."""
INVITATION_USES = 1_000
INVITATION_SECONDS = 365 * 24 * 3600
PASS_USES = 200
"""Guests that one pass lets in."""
PASSES_OPEN = 20
"""Passes of one room that work at a time."""
VISIT_SECONDS_MIN = 5 * 60
VISIT_SECONDS = 7 * 24 * 3600
"""How long a guest's visit lasts, at the most."""
PASS_SECONDS_MIN = 5 * 60
PASS_SECONDS = 30 * 24 * 3600
"""For how long guests may come by a pass, at the most."""
CLASS_LIST = 300
"""Lines of one pasted class list."""

REMINDER = 1_000
REMINDERS_PER_ROOM = 50
"""Each comes at most once a day, so a room is reminded at most so often a day."""
PLANNED_PER_PERSON = 100
"""One's own reminders, and posts that wait for their time."""
SKIPPED_DAYS = 50
LATE_DAYS = 7
"""How late a reminder still comes, with a mark; what is later is left out."""
LATE_POST_HOURS = 24
"""How late a post is still posted; after that its author is told."""

QUIETS = 500
"""People and rooms that one person has muted or blocked."""
NOTIFY_CHOICES = 500
"""Rooms and threads for which one person chose what notifies them."""
PUSH_ENDPOINT = 2_000
PUSH_DEVICES = 10
"""Of one person; another one takes the place of the oldest."""
PUSHED_TEXT = 200
"""Of a message, in a notification."""

BLOCKS = 30
"""Blocks of one message."""
BLOCKS_BYTES = 16_000
BLOCK_TEXT = 3_000
BLOCK_LABEL = 75
BLOCK_HINT = 150
BLOCK_ID = 255
BUTTONS = 10
BUTTON_VALUE = 2_000
INPUTS = 10
INPUT = 3_000
OPTIONS = 100
INTERACTIONS = 50
"""What one person asked of bots and can still be answered."""
INTERACTION_SECONDS = 30 * 60
ANSWERS = 5
WHISPERS = 50
WHISPER_SECONDS = 24 * 3600
SLASHES = 25
SLASH_TEXT = 4_000
SLASH_HINT = 80
SLASH_HELP = 200

CLIENT_ID = 64
SEARCH = 100
"""What the directories are searched for."""
FIND = 300
"""What messages are searched for."""
REF = 64
FRAME_BYTES = 64 * 1024
"""The largest frame or request body a client may send."""
PAGE = 100
CURSORS = ROOMS_PER_PERSON + 100
"""Streams that one connection watches: all of somebody's rooms and, beside them, their own, the
community's, the admins', and the desks and topics that are looked at."""
IN_FLIGHT = 64
"""Commands of one connection that may wait for their answer."""

TYPING_EXPIRES = 15
TYPING_RENEW = 10
PRESENCE_PING = 60
PRESENCE_OFFLINE = 200
PRESENCE_LISTED = 200
"""People named in a presence list; a larger room shows a count."""
CATCH_UP_EVENTS = 1_000
"""Missed events of one stream that are replayed; beyond that the client takes a snapshot."""
