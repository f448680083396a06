"""All that this program asks of the library for signatures; it is loaded by who signs or checks one."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


def new_private() -> Ed25519PrivateKey:
    """The private half of a new key."""
    return Ed25519PrivateKey.generate()


def private_from(pem: bytes) -> Ed25519PrivateKey:
    """Raises: ValueError: It is none."""
    private = load_pem_private_key(pem, password=None)
    assert isinstance(private, Ed25519PrivateKey)
    return private


def private_pem(private: Ed25519PrivateKey) -> bytes:
    """A private half as it is kept."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public half."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_pem(raw: bytes) -> bytes:
    """A public half as `openssl` reads it."""
    key = Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def is_signed(raw: bytes, content: bytes, signature: bytes) -> bool:
    """Whether a signature over these bytes is of the key with this public half."""
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, content)
    except InvalidSignature:
        return False
    return True
