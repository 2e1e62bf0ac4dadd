"""A stranger's scanner finds nothing to say about the headers, but what plain http cannot have."""

from directory.db import Database
from tests.services import serve
from tests.services.observatory import scan


def test_mozillas_scanner_misses_only_what_a_proxy_adds(sqlite_database: Database) -> None:
    with serve(sqlite_database) as address:
        found = scan(f"{address}/")
    failed = {name: verdict.points for name, verdict in found.tests.items() if not verdict.passed}
    # Both are about https, which the proxy in front of a deployment speaks.
    assert failed == {"redirection": -20, "strict-transport-security": -20}
    assert found.mark.score == 60
    assert len(found.tests) == 10
    assert found.tests["content-security-policy"].result == "csp-implemented-with-no-unsafe-default-src-none"
    # With https it would have the 100 points of an A+, and more.
    assert all(verdict.points >= 0 for verdict in found.tests.values() if verdict.passed)
