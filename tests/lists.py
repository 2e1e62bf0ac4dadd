"""Lists that somebody brings in at the desk, in a few words."""

import re
import time

import httpx

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


def bring_in(desk: Desk, rows: Rows, **form: str) -> str:
    """Upload a list, take everything, bring it in; the page afterwards."""
    review = brought(desk, rows, **form)
    for kind in re.findall(r'name="kind" value="take\.([a-z-]+)"', desk.get(review).text):
        assert desk.post(f"{review}/decide", {"kind": f"take.{kind}"}).status_code == 303
    assert desk.post(f"{review}/apply").status_code == 303
    return waited_for(desk, review)
