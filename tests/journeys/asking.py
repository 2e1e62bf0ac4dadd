"""The social worker's question, asked on the form as she would: two at night, near 33130."""

import datetime as dt
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from directory.clock import utc_now


def two_at_night() -> dt.datetime:
    """The next time that it is six minutes past two at night in Miami."""
    here = utc_now().astimezone(ZoneInfo("America/New_York"))
    return dt.datetime.combine(here.date() + dt.timedelta(days=1), dt.time(2, 6), here.tzinfo).astimezone(dt.UTC)


def ask_at_two(page: Page, address: str, *, child: str = "", boy_or_girl: str = "") -> None:
    """Ask for a Spanish-speaking trans woman with a child, tonight; the child's age and sex only if they are given."""
    page.goto(address)
    page.get_by_label("Language", exact=True).select_option("Spanish")
    page.get_by_text("More kinds").click()
    page.get_by_label("Kind of help").select_option("shelter")
    page.get_by_label("Someone can come in tonight").check()
    page.get_by_label("Trans women", exact=True).check()
    page.get_by_label("With children", exact=True).check()
    if child:
        page.get_by_text("Ages, children, a group").click()
        page.get_by_label("Child 1: age").select_option(child)
        page.get_by_label("Child 1: girl or boy").select_option(boy_or_girl)
    page.locator("#ask details").get_by_role("button", name="Show numbers").click()
    expect(page.locator("h1")).not_to_have_text("Find a number")
