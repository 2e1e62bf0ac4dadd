"""The fence that every test runs in holds, and is not in the way on loopback."""

import socket

import pytest

from tests.services import NetworkFence, OffMachineError

# An address of the documentation range: nobody's, and never reached, since the fence refuses before anything is sent.
_ELSEWHERE = "192.0.2.1"


def test_a_connection_to_another_machine_is_refused(network_fence: NetworkFence) -> None:
    with socket.socket() as asking, pytest.raises(OffMachineError, match="beyond loopback"):
        asking.connect((_ELSEWHERE, 80))
    assert network_fence.refused
    network_fence.refused.clear()


def test_a_datagram_to_another_machine_is_refused(network_fence: NetworkFence) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as asking, pytest.raises(OffMachineError):
        asking.sendto(b"?", (_ELSEWHERE, 53))
    network_fence.refused.clear()


def test_a_name_is_not_looked_up(network_fence: NetworkFence) -> None:
    with pytest.raises(OffMachineError):
        socket.getaddrinfo("example.org", 443)
    network_fence.refused.clear()


def test_nothing_listens_to_the_outside(network_fence: NetworkFence) -> None:
    with socket.socket() as listening, pytest.raises(OffMachineError):
        listening.bind(("", 0))
    network_fence.refused.clear()


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(("localhost", listening.getsockname()[1])) as asking,
    ):
        answering, _ = listening.accept()
        with answering:
            answering.sendall(b"here")
        assert asking.recv(4) == b"here"
