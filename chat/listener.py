"""Opens the listening sockets, and says in one line why that failed.

It owns addresses, the sockets' options and the words for the operator. It must not know what is
served on them.
"""

from __future__ import annotations

import errno
import socket
import sys
from typing import Any

QUEUES = 8 if sys.platform == "linux" else 1
"""Sockets that listen at an address, each with a queue of its own.

Linux lets 4,096 wait in one (`net.core.somaxconn`), and libuv takes one of each per turn of its
loop, which is long where thousands come at once. Whoever finds the queue full is dropped without a
word and tries again after 1, 3, 7, 15, 31 seconds.
"""


class ListenError(Exception):
    """The address cannot be listened on. The message is one line, meant for the operator."""


def listen(host: str, port: int, backlog: int, user_timeout: float) -> list[socket.socket]:
    """Listen on every address of `host`, so that a taken port is known before anything starts.

    For each address there are `QUEUES` sockets, each with `backlog` places; serve them all.

    Port 0 takes a free one. `user_timeout`: seconds after which a peer that takes nothing is cut.
    Raises `ListenError`.
    """
    where = f"{host}:{port}"
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        msg = f"Cannot listen on {where}: {error.strerror}."
        raise ListenError(msg) from error
    sockets: list[socket.socket] = []
    problem: OSError | None = None
    for family, _, _, _, address in dict.fromkeys(addresses):
        # With port 0 the first address chooses for all.
        port = sockets[0].getsockname()[1] if sockets else port
        try:
            place = (address[0], port, *address[2:])
            if port and QUEUES > 1:
                # Sockets that share a port would share it with another server of this user too,
                # and two that start in the same instant do.
                _open(family, place, user_timeout, shared=False).close()
            for _ in range(QUEUES):
                sock = _open(family, place, user_timeout, shared=QUEUES > 1)
                sockets.append(sock)
                sock.listen(backlog)
                place = sock.getsockname()
        except OSError as error:
            # localhost is listed with an IPv6 address on machines without IPv6.
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                for sock in sockets:
                    sock.close()
                raise ListenError(_why_not(error, where)) from error
            problem = error
    if not sockets:
        raise ListenError(_why_not(problem, where)) from problem
    return sockets


def _open(
    family: int, address: tuple[Any, ...], user_timeout: float, *, shared: bool
) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        # Both are inherited by what is accepted: nothing waits for an acknowledgement (Nagle), and
        # who does not take an HTTP response is cut as well.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            milliseconds = int(user_timeout * 1000)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(address)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def _why_not(error: OSError | None, where: str) -> str:
    reasons = {
        errno.EADDRINUSE: "another program is using that port. Stop it, or set TERTULIA_PORT.",
        errno.EACCES: "ports below 1024 need privileges. Set TERTULIA_PORT.",
        errno.EADDRNOTAVAIL: "this machine has no such address. Set TERTULIA_HOST.",
    }
    known = reasons.get(error.errno or 0) if error is not None else None
    return f"Cannot listen on {where}: {known or error}"
