"""The bots that the house brings along: a file a bot, each an ordinary program on `tertulia_bot`.

The server carries them itself (`chat/house/`), so they need no process and no token; none of them
knows that. Imports the SDK and nothing of the server.
"""
