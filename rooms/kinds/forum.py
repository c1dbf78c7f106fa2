"""A forum: every post is a topic with a title and a stream of replies, the liveliest first.

With `options.answer_first`, others' answers to a topic are seen after one's own first; who sees
them is a question of `rooms.topics`."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="forum",
    about="Every post has a title and opens a stream of replies; the liveliest come first.",
    topics=True,
)
