"""Connections that lead only to the addresses that were looked at, whatever the name means a moment later."""

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime

import httpcore
from cryptography import x509
from httpcore import AsyncNetworkBackend, AsyncNetworkStream

# So many addresses of one host are tried.
_MOST_TRIED = 2


class Pinned(AsyncNetworkBackend):
    """A network in which there is one host, at the addresses that were found for it.

    Args:
        network: opens connections to addresses.
        host: the only name that may be connected to.
        addresses: where it is; all of them were looked at.
    """

    def __init__(self, network: AsyncNetworkBackend, host: str, addresses: Iterable[str]) -> None:
        self._network = network
        self._host = host
        self._addresses = tuple(addresses)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's shape
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to one of the addresses.

        Raises:
            httpcore.ConnectError: none of them answers, or another host is meant.
        """
        if host != self._host:
            raise httpcore.ConnectError
        problem: Exception = httpcore.ConnectError()
        for address in self._addresses[:_MOST_TRIED]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem


async def expired_since(pinned: Pinned, host: str, port: int, *, most_seconds: float, now: datetime) -> float | None:
    """For how many days the certificate of a host has been over; None if that cannot be seen.

    Nothing is sent to the host, so nobody has to be trusted.
    """
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        connection = await pinned.connect_tcp(host, port, most_seconds)
        # httpcore closes what it could not speak to.
        speaking = await connection.start_tls(anybody, host, most_seconds)
    except (httpcore.NetworkError, httpcore.TimeoutException):
        return None
    try:
        shown = speaking.get_extra_info("ssl_object").getpeercert(binary_form=True)
        ended = x509.load_der_x509_certificate(shown).not_valid_after_utc
    except (AttributeError, TypeError, ValueError):
        return None
    finally:
        await speaking.aclose()
    return (now.astimezone(UTC) - ended).total_seconds() / 86_400
