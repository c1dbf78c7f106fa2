"""What a room is and who may do what in it: pure rules.

Actions take facts and a command and return a `Decision` or raise a `Refusal`. Nothing in here knows
how facts are read, where decisions are kept, or how anything reaches a client.
"""
