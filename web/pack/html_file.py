"""A pack as one file that opens in any browser, loads nothing from nowhere, and ends by itself after its last day."""

import hashlib
from base64 import b64encode
from importlib import resources

from markupsafe import Markup

from web.pack.contents import PackContents
from web.rendering import Pages


def pack_page(pages: Pages, contents: PackContents) -> bytes:
    """The file.

    Its own script takes away everything but the pinned lines after ``good_until``, by the clock of the device. Where no
    script runs, a sentence says which lines stay right.
    """
    style = pages.tokens() + _part("pack.css")
    script = _part("pack.js")
    made = pages.parts(
        "pack/pack.html",
        pages.wording(contents.language),
        pack=contents,
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        policy=file_policy(style, script),
    )
    return "".join(made).encode()


def file_policy(style: str, script: str) -> str:
    """What a file may do: use its own style and script, by their digests, and nothing else."""

    def digest(text: str) -> str:
        return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; base-uri 'none'; "
        "form-action 'none'"
    )


def _part(name: str) -> str:
    return resources.files("web").joinpath("templates", "pack", name).read_text(encoding="utf-8")
