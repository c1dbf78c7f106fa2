"""Slack's words for what Tertulia has, and back: ids, times, text, blocks, objects, events. Pure.

Programs written with slack_sdk and slack_bolt speak it; `chat.slack` is the I/O around it.
docs/slack.md says what is mapped, what partly, and what not.
"""
