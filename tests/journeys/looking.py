"""What a person would notice of a page in a browser: what is clipped, covered, too small, or larger than the number."""

from typing import Any

from playwright.sync_api import Page

_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

_CLIPPED = """
() => [...document.querySelectorAll('main *, header *')].filter(element => {
  if (element.closest('svg, .unseen, select, [hidden]')) return false;
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) return false;
  const style = getComputedStyle(element);
  const cut = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
  return cut || box.left < -0.5 || box.right > document.documentElement.clientWidth + 0.5;
}).map(element => `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 40)}`)
"""

_SMALL_TARGETS = """
(least) => [...document.querySelectorAll('a, button, select, input, summary, label.tick')].filter(element => {
  if (element.closest('.unseen, [hidden]')) return false;
  if (element.matches('label.tick input')) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && (box.height < least || box.width < least);
}).map(element => {
  const box = element.getBoundingClientRect();
  return `${element.tagName} ${element.textContent.trim().slice(0, 30)} ${box.width}x${box.height}`;
})
"""

_LARGEST_TEXT = """
(root) => {
  let largest = {size: 0, text: ''};
  for (const element of document.querySelectorAll(`${root} *`)) {
    const own = [...element.childNodes].filter(node => node.nodeType === 3 && node.textContent.trim());
    if (!own.length || !element.getBoundingClientRect().height) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size > largest.size) largest = {size, text: own[0].textContent.trim()};
  }
  return largest;
}
"""

_AT_THE_LEAVE = """
() => {
  const leave = document.getElementById('leave'), box = leave.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {width: box.width, height: box.height, covered: !leave.contains(top), right: innerWidth - box.right,
          top: box.top};
}
"""


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window."""
    return int(page.evaluate(_SIDEWAYS)) > 0


def clipped(page: Page) -> list[str]:
    """Elements that stick out of the window or of what holds them."""
    found: list[str] = page.evaluate(_CLIPPED)
    return found


def small_targets(page: Page, least: int = 44) -> list[str]:
    """What can be pressed and is smaller than so many CSS pixels."""
    found: list[str] = page.evaluate(_SMALL_TARGETS, least)
    return found


def largest_text(page: Page, inside: str = "body") -> dict[str, Any]:
    """The largest visible text inside a selector: its size in CSS pixels and its words."""
    found: dict[str, Any] = page.evaluate(_LARGEST_TEXT, inside)
    return found


def leave_box(page: Page) -> dict[str, Any]:
    """Size and place of the way out, and whether something lies over it."""
    found: dict[str, Any] = page.evaluate(_AT_THE_LEAVE)
    return found
