"""What people do in rooms, one file a family of verbs.

Every action is `(facts, actor, command) -> Decision`, asks `rooms.policy` first, and is pure but
for the facts it asks.
"""
