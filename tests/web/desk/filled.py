"""The form of a listing as a browser has it: the boxes of the page with what they hold, to be typed into and posted."""

from html.parser import HTMLParser

from tests.staff import Desk
from web.desk.entrance import MARK

Values = dict[str, list[str]]


class _Boxes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: Values = {}
        self._is_inside = False
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self._is_inside = "data-save" in at
        elif not self._is_inside:
            return
        elif tag == "input" and (at.get("type") not in {"radio", "checkbox"} or "checked" in at):
            self._put(at["name"] or "", at.get("value") or "")
        elif tag == "select":
            self._select = at["name"] or ""
        elif tag == "textarea":
            self._textarea = at["name"] or ""
            self._put(self._textarea, "")
        elif tag == "option" and (self._select not in self.values or "selected" in at):
            self.values[self._select] = [at.get("value") or ""]

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        elif tag == "form":
            self._is_inside = False

    def _put(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def boxes(page: str) -> Values:
    """The boxes of the form in a page, by name, with what each holds; those that are not ticked are left out."""
    found = _Boxes()
    found.feed(page)
    return found.values


def typed_into(desk: Desk, path: str, typed: dict[str, str]) -> Values:
    """The whole form of a listing as somebody posts it who typed this into some boxes; ``off`` takes a tick off."""
    found = boxes(desk.get(f"{path}/edit").text)
    found.pop(MARK)
    for name, value in typed.items():
        found[name] = [value]
    return {name: values for name, values in found.items() if values != ["off"]}
