"""By what a copy is checked, over HTTP: keys, the word on what is newest, manifests and signatures."""

import datetime as dt
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.api.answer import JSON, AnyRequest, Told, answer, send
from app.api.answers_described import spec
from app.api.parameters import KeyName, Lang, ReleaseNumber
from app.manifest import MANIFEST, Manifest
from app.pages import FreshnessAnswer, KeysAnswer, KeyShape
from app.served import Served
from app.signing.freshness import read_freshness
from app.signing.keys import read_keyring, vouching_text
from app.signing.manifests import SIGNATURE
from lists.errors import NotThere

NEWEST = "newest"
BYTES, PEM = "application/octet-stream", "application/x-pem-file"


@get(
    "/v1/keys",
    responses=spec(KeysAnswer, "The oldest first."),
    operation_id="keys",
    summary="Keys that sign",
)
async def keys(request: AnyRequest, served: NamedDependency[Served], lang: Lang = None) -> Response[bytes]:
    """
    The public keys: the last one signs, and each but the first was vouched for by the one before it.

    Whoever trusts one of them can trust those that follow it.
    """
    ring, release = read_keyring(served.home), served.snapshot.release
    items = tuple(
        KeyShape(
            known.key,
            known.public,
            known.pem().decode(),
            known.since,
            known.vouched_by,
            known.voucher,
            vouching=vouching_text(known).decode() if known.voucher is not None else None,
            signs=known is ring.keys[-1],
        )
        for known in ring.keys
    )
    return answer(request, KeysAnswer(release, items), release=release)


@get(
    "/v1/keys/{key:str}",
    responses=spec(str, "The key.", 404, media_type=PEM),
    operation_id="key",
    summary="One key",
)
async def one_key(
    request: AnyRequest, served: NamedDependency[Served], key: KeyName, lang: Lang = None
) -> Response[bytes]:
    """A public key as openssl reads it; `newest` stands for the one that signs."""
    ring = read_keyring(served.home)
    known = ring.keys[-1] if key == NEWEST and ring.keys else ring.find(key)
    if known is None:
        raise NotThere("not-found")
    return send(request, Told(known.pem(), served.snapshot.release), media_type=PEM)


@get(
    "/v1/freshness",
    responses=spec(FreshnessAnswer, "The last word that was signed.", 404),
    operation_id="freshness",
    summary="How new this is",
)
async def freshness(
    request: AnyRequest, served: NamedDependency[Served], lang: Lang = None
) -> Response[bytes]:
    """
    Which release was the newest, signed anew every hour by the running server.

    A copy whose word has expired is old, or stands still, though no release may have come for months.
    """
    word = read_freshness(served.home)
    if word is None:
        raise NotThere("freshness-missing")
    told = FreshnessAnswer(
        word.release,
        word.manifest_sha256,
        word.signed_at,
        word.expires,
        dt.datetime.now(dt.UTC) >= word.expires,
        word.key,
        word.signed,
        word.signature,
    )
    return answer(request, told, release=word.release)


@get(
    "/v1/releases/{release:int}/manifest",
    responses=spec(Manifest, "The manifest, byte for byte.", 404),
    operation_id="manifest",
    summary="Manifest of a release",
)
async def manifest(
    request: AnyRequest, served: NamedDependency[Served], release: ReleaseNumber, lang: Lang = None
) -> Response[bytes]:
    """
    What a release consists of: its editions, its database and the contents of its files.

    `files/contents.json` is served at `/v1/releases/{release}/files/contents.json`; its hash stands here,
    and every other file's hash stands in it. `latest` in place of the number leads to the newest release.
    """
    return _sent(request, served, release, name=MANIFEST, media_type=JSON)


@get(
    "/v1/releases/{release:int}/manifest.sig",
    responses=spec(str, "64 bytes: ed25519 over the bytes of the manifest.", 404, media_type=BYTES),
    operation_id="manifest_signature",
    summary="Signature of a manifest",
)
async def manifest_signature(
    request: AnyRequest, served: NamedDependency[Served], release: ReleaseNumber, lang: Lang = None
) -> Response[bytes]:
    """The signature over a manifest, by the key that it names."""
    return _sent(request, served, release, name=SIGNATURE, media_type=BYTES)


def _sent(
    request: AnyRequest, served: Served, release: int, *, name: str, media_type: str
) -> Response[bytes]:
    path = served.home.sealed(release) / name
    if not 0 < release <= served.snapshot.release or not path.is_file():
        raise NotThere("unknown-release", found=release)
    return send(request, Told(path.read_bytes(), release, past=True), media_type=media_type)


ROUTES: list[Any] = [keys, one_key, freshness, manifest, manifest_signature]
