"""How commands print what other programs read."""

from typing import Any

import click
import msgspec


def write_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
