"""Our own WebSocket transport: RFC 6455 frames and the sockets that carry them.

It knows bytes, sockets and `chat.sink`; it must not know rooms, JSON, sessions or Starlette.
"""
