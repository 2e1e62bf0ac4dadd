"""What a browser needs to be at the desk of a deployment on this machine."""

from playwright.sync_api import Page

from tests.staff import COOKIE


def local_address(address: str) -> str:
    """The address as a browser has to know it: passkeys, and cookies that want a secure place, know this name only."""
    return address.replace("127.0.0.1", "localhost")


def with_authenticator(page: Page) -> None:
    """Give a page a device that makes passkeys and knows who holds it."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def seat(page: Page, key: str) -> None:
    """Sign a page in with the key of a session (``tests.staff.seated``)."""
    page.context.add_cookies(
        [{"name": COOKIE, "value": key, "domain": "localhost", "path": "/desk", "secure": True, "httpOnly": True,
          "sameSite": "Strict"}]
    )  # fmt: skip
