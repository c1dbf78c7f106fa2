"""People and how they come in: set-up, sign-in, sessions, tokens, invitations. Pure rules and
ports.

Builds on the words of `rooms` (facts, decisions, refusals, policy) and on the events by which rooms
are opened, joined and left; `rooms` never looks back. Nothing in here knows SQL, HTTP, cookies, how
a password is hashed or how chance is made: secrets come in as hashes.
"""
