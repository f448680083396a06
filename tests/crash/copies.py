"""Copies of a source: how each is made to follow, what it tells, and what it must be in the end."""

import msgspec

from app.files.contents import sealed_marks
from app.following.record import keep_following, read_following
from app.home import Home
from app.manifest import MANIFEST, FileMark, read_manifest, sha256_of
from app.publish.verify import verify
from app.signing.manifests import SIGNATURE
from tests.builders import goods_xml
from tests.crash.running import Running, Service

NEW = goods_xml("600008") + goods_xml("600009", name="Ny pose")
"""What comes with release 4."""
DATABASE = "/v1/releases/4/files/lists.db"
MANIFEST_AT, KEYS_AT, FRESHNESS_AT = "/v1/releases/4/manifest", "/v1/keys", "/v1/freshness"


def follow(home: Home, address: str, *options: str) -> Running:
    """`blaliste follow`, in a process of its own."""
    return Running("--home", home.path, "--lang", "en", "follow", address, *options)


def follow_once(home: Home, address: str) -> Running:
    """The same, until it has caught up."""
    return follow(home, address, "--once")


def served(home: Home, address: str, *, module: str = "app") -> Service:
    """`blaliste serve` of a home that follows what is at an address, ready to answer."""
    have_follow(home, address)
    return Service(home, module=module).ready()


def have_follow(home: Home, address: str) -> None:
    """From now on a home that follows does so at another address."""
    following = read_following(home)
    assert following is not None
    keep_following(home, msgspec.structs.replace(following, url=address))


def marks_of(home: Home) -> list[FileMark]:
    """All that the manifest in force covers."""
    directory = home.snapshot(home.current_release())
    return list(sealed_marks(directory, read_manifest(directory)))


def assert_the_same(copy: Home, source: Home) -> None:
    """A copy is whole, at the release of its source, with the same bytes, and nothing lies about."""
    release = source.current_release()
    assert (verify(copy).release, verify(copy).left_over) == (release, ())
    for path in (MANIFEST, SIGNATURE, *(mark.path for mark in marks_of(source))):
        assert sha256_of(copy.snapshot(release) / path) == sha256_of(source.snapshot(release) / path), path


def assert_unchanged(copy: Home, release: int = 3) -> None:
    """A copy is whole, at the release at which it was."""
    assert verify(copy).release == release


def trouble_of(service: Service) -> str:
    """Why a copy is not current, as it tells it itself; "" where all is well."""
    answer = service.answered("/v1/status?lang=en")
    return (answer.json()["copy_of"]["detail"] or "") if answer is not None else ""


def until_trouble(service: Service, *words: str) -> None:
    """Wait until a copy tells that it is not current, in a sentence with all these words."""

    def told() -> bool:
        sentence = trouble_of(service)
        return all(word in sentence for word in words)

    service.until(told, f"troubled by: {' … '.join(words)}")
