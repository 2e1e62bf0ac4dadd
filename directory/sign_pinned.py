"""For maintainers: sign what is pinned, and make the key that signs it. Nothing of this runs in a deployment.

python -m directory.sign_pinned KEY                 signs directory/pinned.json anew, after it was edited
python -m directory.sign_pinned KEY --new           makes KEY first, and lets its public half take the place of others
python -m directory.sign_pinned KEY FILE OUT        signs another file, for ``handrail pinned update``
"""

import base64
import datetime as dt
import sys
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from directory.pinned import FILE, PinnedFile, signed_bytes

_HERE = Path(__file__).parent


def signed(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """A file with its signature; ``content`` is what is pinned, or a file that was signed before."""
    whole = msgspec.json.decode(content)
    whole = whole.get("pinned", whole)
    msgspec.convert(whole, PinnedFile)
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    value = base64.b64encode(key.sign(signed_bytes(whole))).decode()
    envelope = {"pinned": whole, "signature": {"key": public, "value": value}}
    return msgspec.json.format(msgspec.json.encode(envelope), indent=2) + b"\n"


def make_key(file: Path) -> Ed25519PrivateKey:
    """A new key in a file that its owner alone can read."""
    key = Ed25519PrivateKey.generate()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    known = [{"key": public, "name": "maintainers", "since": dt.datetime.now(dt.UTC).date()}]
    (_HERE / "pinned_keys.json").write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=2) + b"\n")
    return key


def main(arguments: list[str]) -> None:
    """Do what the arguments say."""
    file = Path(arguments[0])
    if "--new" in arguments:
        key = make_key(file)
    else:
        loaded = load_pem_private_key(file.read_bytes(), None)
        if not isinstance(loaded, Ed25519PrivateKey):
            sys.exit("That is no Ed25519 key.")
        key = loaded
    named = [Path(one) for one in arguments[1:] if one != "--new"]
    source, target = named or (_HERE / FILE, _HERE / FILE)
    target.write_bytes(signed(key, source.read_bytes()))


if __name__ == "__main__":
    main(sys.argv[1:])
