"""For maintainers: sign what is pinned, and make the key that signs it. Nothing of this runs in a deployment.

python -m directory.sign_pinned KEY                 signs directory/pinned.json anew, after it was edited
python -m directory.sign_pinned KEY --new           makes KEY first, and lets its public half take the place of others
python -m directory.sign_pinned KEY FILE OUT        signs another file, for ``handrail pinned update``

KEY is a file outside this project, which its owner alone can read.
"""

import base64
import datetime as dt
import os
import sys
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from directory.pinned import FILE, PinnedFile, checked, signed_bytes

_HERE = Path(__file__).parent
KEYS_FILE = "pinned_keys.json"
_USAGE = 2


def signed(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """A file with its signature; ``content`` is what is pinned, or a file that was signed before.

    Raises:
        BadInputError: a number in it cannot exist.
    """
    whole = msgspec.json.decode(content)
    whole = whole.get("pinned", whole)
    checked(msgspec.convert(whole, PinnedFile))
    value = base64.b64encode(key.sign(signed_bytes(whole))).decode()
    return _written({"pinned": whole, "signature": {"key": _public(key), "value": value}})


def make_key(file: Path) -> Ed25519PrivateKey:
    """A new key in a new file that its owner alone can read.

    Raises:
        FileExistsError: the file is there already: whoever has lost that key keeps what is left of it elsewhere.
        ValueError: the file would lie in the project, and be published with it one day.
    """
    if file.resolve().is_relative_to(_HERE.parent):
        msg = "A private key must lie outside the project."
        raise ValueError(msg)
    key = Ed25519PrivateKey.generate()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def make_known(key: Ed25519PrivateKey, *, folder: Path, today: dt.date) -> None:
    """Let the public half of a key take the place of all that the program knew."""
    known = [{"key": _public(key), "name": "maintainers", "since": today}]
    (folder / KEYS_FILE).write_bytes(_written(known))


def main(arguments: list[str], *, folder: Path = _HERE) -> int:
    """Do what the arguments say, in the package in ``folder``; return what the process ends with."""
    is_new = "--new" in arguments
    named = [Path(one) for one in arguments if one != "--new"]
    if len(named) not in {1, 3} or (is_new and len(named) > 1):
        sys.stderr.write(__doc__)
        return _USAGE
    key = make_key(named[0]) if is_new else _read_key(named[0])
    source, target = named[1:] or (folder / FILE, folder / FILE)
    content = signed(key, source.read_bytes())
    if is_new:
        make_known(key, folder=folder, today=dt.datetime.now(dt.UTC).date())
    target.write_bytes(content)
    return 0


def _read_key(file: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        msg = "That is no Ed25519 key."
        raise TypeError(msg)
    return key


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _written(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
