"""Signed manifests: beside each lie 64 bytes over its very bytes, by the key that it names."""

from pathlib import Path

from app.manifest import MANIFEST, read_manifest
from app.signing.keys import Keyring, Signer, require_key
from lists.errors import HomeBroken

SIGNATURE = "manifest.sig"


def sign_manifest(directory: Path, by: Signer) -> None:
    """Put the signature beside a manifest that was just written."""
    (directory / SIGNATURE).write_bytes(by.sign((directory / MANIFEST).read_bytes()))


def verify_signature(directory: Path, ring: Keyring) -> None:
    """
    Check that a manifest was signed by the key it names.

    Raises:
        HomeBroken: "manifest-broken", "signature-missing", "signature-wrong".
        Refused: "key-unknown".
    """
    key = read_manifest(directory).key
    where = f"{directory.name}/{MANIFEST}"
    path = directory / SIGNATURE
    if not path.is_file():
        raise HomeBroken("signature-missing", where=where, expected=SIGNATURE)
    if not require_key(ring, key, where=where).signed((directory / MANIFEST).read_bytes(), path.read_bytes()):
        raise HomeBroken("signature-wrong", where=where, found=key)
