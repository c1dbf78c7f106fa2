"""All methods: what `/api/{method}` answers. Everything else is `unknown_method`."""

from __future__ import annotations

from chat.slack.base import Methods
from chat.slack.methods import (
    about,
    apps,
    chat,
    conversations,
    history,
    marks,
    scheduled,
    users,
    views,
)

METHODS: Methods = {
    **about.METHODS,
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **history.METHODS,
    **users.METHODS,
    **marks.METHODS,
    **scheduled.METHODS,
    **views.METHODS,
}
