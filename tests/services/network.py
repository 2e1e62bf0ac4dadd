"""The fence: Python code under test reaches no further than this machine.

An audit hook sees every socket that Python opens, whichever library asked for it and in whichever thread. It does not
see the sockets of C libraries (libpq) or of other processes; those are given loopback addresses only.
"""

import ipaddress
import socket
import sys
from typing import Any

_TO_AN_ADDRESS = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_OF_A_NAME = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


class OffMachineError(RuntimeError):
    """A test tried to reach another machine.

    It is no ``OSError``, so that code which expects a network to fail does not swallow it.
    """


class NetworkFence:
    """Refuses sockets and look-ups beyond loopback while it is up, and remembers what it refused.

    Python offers no way to take an audit hook back, so one fence serves the whole run.
    """

    def __init__(self) -> None:
        self.is_up = False
        self.refused: list[str] = []
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_up or not event.startswith("socket."):
            return
        if event in _TO_AN_ADDRESS:
            asked_by, address = arguments
            if asked_by.family in {socket.AF_INET, socket.AF_INET6} and address and not _is_loopback(address[0]):
                self._refuse(event, address[0])
        elif event in _OF_A_NAME and not _needs_no_name_server(arguments[0]):
            self._refuse(event, arguments[0])

    def _refuse(self, event: str, host: object) -> None:
        attempt = f"{event} {host!r}"
        self.refused.append(attempt)
        msg = f"Tests open no socket beyond loopback: {attempt}"
        raise OffMachineError(msg)


def _text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)


def _is_loopback(host: object) -> bool:
    name = _text(host)
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _needs_no_name_server(host: object) -> bool:
    """Whether looking this up sends nothing: no host, this machine, or an address written out."""
    if host is None or _is_loopback(host):
        return True
    try:
        ipaddress.ip_address(_text(host).partition("%")[0])
    except ValueError:
        return False
    return True
