"""Slack's Web API and Socket Mode over our commands, for programs written with its SDKs.

`bots.slack` maps words, this folder carries them; every call goes through `chat.dispatch` as
everybody's does. docs/slack.md says what is supported.
"""
