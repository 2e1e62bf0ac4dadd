"""Lists that somebody brings in at the desk, in a few words."""

import re
import time

import httpx
import sqlalchemy as sa

from directory.db import Database
from directory.listings.models import Fact, Record
from tests.importers.planned import record_named
from tests.staff import Desk

Rows = list[dict[str, str]]
HEADERS = ("Id", "Agency", "Program", "Phone", "Address", "City", "State", "Zip", "Services", "Description", "Email")


def line(number: int, **cells: str) -> dict[str, str]:
    """A row of a spreadsheet."""
    return {
        "Id": str(number), "Agency": f"Harbor {number}", "Program": f"Office {number}",
        "Phone": f"305-555-{number:04d}", "Address": f"{number} Public Lantern Avenue", "City": "Miami", "State": "FL",
        "Zip": "33130", "Services": "Case management", "Description": "Help with forms.", "Email": "",
    } | cells  # fmt: skip


def table(rows: Rows) -> bytes:
    """A list as a table of text."""
    lines = [HEADERS, *(tuple(row[name] for name in HEADERS) for row in rows)]
    return "".join(",".join(f'"{cell}"' for cell in cells) + "\n" for cells in lines).encode()


def send(desk: Desk, content: bytes, *, name: str = "list.csv", **form: str) -> httpx.Response:
    """Upload a list as the form of the page does."""
    return desk.upload("/desk/imports/upload", content, field="list", name=name, form=form)


def brought(desk: Desk, rows: Rows, **form: str) -> str:
    """Upload a list; the address of its review."""
    answer = send(desk, table(rows), **({"source": "coalition"} | form))
    assert answer.status_code == 303, answer.text
    waited_for(desk, answer.headers["location"])
    return answer.headers["location"]


def waited_for(desk: Desk, review: str) -> str:
    """The page of a list once nobody works on it any more."""
    while "Look again" in (page := desk.get(review).text):
        time.sleep(0.2)
    return page


def decide_all(desk: Desk, review: str, press: str, *, field: str = "kind") -> httpx.Response:
    """Press a button for many lines on the page as it is now."""
    found = re.search(r'name="plan" value="(\d+)"', desk.get(review).text)
    return desk.post(f"{review}/decide", {field: press, "plan": found[1] if found else ""})


def bring_in(desk: Desk, rows: Rows, **form: str) -> str:
    """Upload a list, take everything, bring it in; the page afterwards."""
    review = brought(desk, rows, **form)
    for kind in re.findall(r'name="kind" value="take\.([a-z-]+)"', desk.get(review).text):
        assert decide_all(desk, review, f"take.{kind}").status_code == 303
    assert desk.post(f"{review}/apply").status_code == 303
    return waited_for(desk, review)


def number_of_line(page: str, label: str) -> str:
    """The number of the line about a listing and fact, as its buttons carry it."""
    found = re.search(rf'name="one" value="(?:take|same)\.(\d+)" aria-label="{re.escape(label)}', page)
    assert found, label
    return found[1]


def value(database: Database, name: str, field: str) -> list[str]:
    """What stands in a field of the service with a name, or of anything below it."""
    service = record_named(database, name)
    with database.reading() as session:
        listings = sa.select(Record.id).where(Record.service_id == service)
        places = sa.select(Record.location_id).where(Record.service_id == service)
        on = sa.or_(Fact.record_id == service, Fact.record_id.in_(listings), Fact.record_id.in_(places))
        found = sa.select(Fact.value).where(on, Fact.field == field, Fact.standing == "current")
        return [str(one) for one in session.scalars(found)]
