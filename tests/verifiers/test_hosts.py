"""Whose hosts are whose: platforms carry pages of many, at whatever depth their names begin."""

import pytest

from verifiers.hosts import is_platform


@pytest.mark.parametrize(
    "host",
    ["facebook.com", "www.facebook.com", "shelter.wixsite.com", "shelter.blogspot.com", "shelter.github.io",
     "shelter.weebly.com", "a.shelter.wordpress.com"],
)  # fmt: skip
def test_a_host_under_a_platform_is_the_platforms(host: str) -> None:
    assert is_platform(host)


@pytest.mark.parametrize("host", ["shelter.example.org", "notfacebook.com", "facebook.com.example.org", "com", ""])
def test_other_hosts_are_not(host: str) -> None:
    assert not is_platform(host)
