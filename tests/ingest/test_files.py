"""Any file is opened by its content, read through one stream, and refused with a reason that names it."""

import contextlib
import gzip
import hashlib
import io
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.files import kind_of, open_source
from ingest.unpacking import gunzipped
from lists.errors import SourceUnreadable

TABLE = b"number,name\n012345,Kr\xc3\xa5s\n"
BOM = b"\xef\xbb\xbf"


def a_file(folder: Path, content: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def a_zip(folder: Path, *names: str, content: bytes = TABLE) -> Path:
    path = folder / "list.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"" if name.endswith("/") else content)
    return path


def a_workbook(folder: Path) -> Path:
    path = folder / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write(0, 0, "number")
    return path


def read_to_its_end(path: Path | str) -> None:
    with open_source(path) as source, source.open() as stream:
        while stream.read(1 << 16):
            pass


def refusal(path: Path | str) -> tuple[str, dict[str, str]]:
    with pytest.raises(SourceUnreadable) as caught:
        read_to_its_end(path)
    return caught.value.reason, caught.value.facts


def test_a_plain_file_is_named_hashed_and_read(tmp_path):
    with open_source(a_file(tmp_path, TABLE)) as source:
        assert (source.name, source.bytes, source.form, kind_of(source)) == (
            "list.csv",
            len(TABLE),
            "plain",
            "text",
        )
        assert source.sha256 == hashlib.sha256(TABLE).hexdigest()
        assert source.open().read() == TABLE


def test_gzip_is_unpacked_and_hashed_as_given(tmp_path):
    packed = gzip.compress(TABLE)
    with open_source(a_file(tmp_path, packed, "list.csv.gz")) as source:
        assert (source.form, source.kind, source.bytes) == ("gzip", "text", len(packed))
        assert source.sha256 == hashlib.sha256(packed).hexdigest()
        assert source.open().read() == TABLE


def test_gzip_of_several_members_and_closing_zeros_is_one_content(tmp_path):
    packed = gzip.compress(TABLE) + gzip.compress(b"2,b\n") + b"\x00" * 512
    with open_source(a_file(tmp_path, packed)) as source:
        assert source.open().read() == TABLE + b"2,b\n"


def test_a_zip_with_one_file_is_unpacked_whatever_folders_and_shadows_lie_beside_it(tmp_path):
    with open_source(a_zip(tmp_path, "lists/", "lists/a.csv", "__MACOSX/lists/._a.csv")) as source:
        assert (source.form, source.kind) == ("zip", "text")
        assert source.open().read() == TABLE


def test_every_stream_begins_at_the_start_and_has_its_own_place(tmp_path):
    with open_source(a_file(tmp_path, gzip.compress(TABLE))) as source:
        first, second = source.open(), source.open()
        assert first.read(3) == second.read(3) == TABLE[:3]
        assert first.read() == second.read() == TABLE[3:]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_utf8_byte_order_mark_is_taken_off(tmp_path, pack):
    with open_source(a_file(tmp_path, pack(BOM + b"<FEST/>"))) as source:
        assert (source.kind, source.open().read()) == ("xml", b"<FEST/>")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<?xml version='1.0'?><FEST/>", "xml"),
        (b"\n\t <FEST/>", "xml"),
        ("<?xml version='1.0'?><FEST/>".encode("utf-16"), "xml"),
        ("<?xml version='1.0'?><FEST/>".encode("utf-16-be"), "xml"),
        (b"number;name\n", "text"),
        ("number;name\n".encode("utf-16"), "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "xls"),
        (b"x", "text"),
    ],
)
def test_the_kind_is_told_by_the_content_and_not_by_the_name(tmp_path, content, kind):
    with open_source(a_file(tmp_path, content, "misleading.xlsx")) as source:
        assert source.kind == kind


def test_a_workbook_is_no_archive(tmp_path):
    with open_source(a_workbook(tmp_path)) as source:
        assert (source.form, source.kind) == ("plain", "xlsx")


def test_a_workbook_may_be_packed_once(tmp_path):
    book = a_workbook(tmp_path).read_bytes()
    with open_source(a_file(tmp_path, gzip.compress(book))) as source:
        assert (source.form, source.kind) == ("gzip", "xlsx")
    with open_source(a_zip(tmp_path, "list.xlsx", content=book)) as source:
        assert (source.form, source.kind) == ("zip", "xlsx")


def test_a_copy_has_the_hash_of_the_source(tmp_path):
    with open_source(a_file(tmp_path, gzip.compress(TABLE))) as source:
        source.copy_to(tmp_path / "kept")
        assert hashlib.sha256((tmp_path / "kept").read_bytes()).hexdigest() == source.sha256


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = a_file(tmp_path, TABLE)
    with open_source(path) as source:
        a_file(tmp_path, TABLE + b"2,b\n")
        with pytest.raises(SourceUnreadable) as caught:
            source.copy_to(tmp_path / "kept")
    assert (caught.value.reason, caught.value.facts) == ("source-changed", {"where": "list.csv"})
    assert not (tmp_path / "kept").exists()


def test_a_stream_does_not_outlive_its_source(tmp_path):
    with open_source(a_file(tmp_path, TABLE)) as source:
        stream = source.open()
        stream.close()
        left = source.given()
    with pytest.raises(ValueError, match="closed"):
        left.read()


def test_standard_input_is_a_source_like_any_other():
    ask = (
        "from ingest.files import open_source; s = open_source('-');"
        "print(s.name, s.form, s.bytes, s.open().read() == b'a,b\\n')"
    )
    packed = gzip.compress(b"a,b\n")
    told = subprocess.run([sys.executable, "-c", ask], input=packed, capture_output=True, check=True)
    assert told.stdout.decode() == f"standard input gzip {len(packed)} True\n"


def test_a_pipe_is_read_to_its_end(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    holder = os.open(pipe, os.O_RDWR)

    def write() -> None:
        pipe.write_bytes(TABLE * 30_000)
        os.close(holder)

    writer = threading.Thread(target=write)
    writer.start()
    with open_source(pipe) as source:
        writer.join()
        assert (source.name, source.bytes) == ("pipe", len(TABLE) * 30_000)


def test_what_is_no_file_is_refused_by_name(tmp_path):
    assert refusal(tmp_path / "no.csv") == ("source-missing", {"where": "no.csv"})
    assert refusal(tmp_path) == ("source-is-a-directory", {"where": tmp_path.name})
    assert refusal("/dev/null") == ("source-not-a-file", {"where": "null"})
    assert refusal("a\x00b")[0] == "source-not-readable"


def test_an_empty_file_is_refused_packed_or_not(tmp_path):
    for content in (b"", gzip.compress(b""), gzip.compress(BOM)):
        assert refusal(a_file(tmp_path, content)) == ("source-empty", {"where": "list.csv"})
    assert refusal(a_zip(tmp_path, "a.csv", content=b"")) == ("source-empty", {"where": "list.zip"})


def test_an_archive_of_several_files_is_refused_with_their_names(tmp_path):
    reason, facts = refusal(a_zip(tmp_path, "a.csv", "b.csv"))
    assert reason == "source-several-files"
    assert facts == {"where": "list.zip", "count": "2", "found": "'a.csv', 'b.csv'"}
    reason, facts = refusal(a_zip(tmp_path, *(f"{number}.csv" for number in range(9))))
    assert facts["found"] == "'0.csv', '1.csv', '2.csv', '3.csv', '4.csv', …"


def test_an_archive_of_folders_only_is_refused(tmp_path):
    assert refusal(a_zip(tmp_path, "empty/")) == ("source-no-file-inside", {"where": "list.zip"})
    with zipfile.ZipFile(tmp_path / "none.zip", "w"):
        pass
    assert refusal(tmp_path / "none.zip") == ("source-no-file-inside", {"where": "none.zip"})


@pytest.mark.parametrize(
    ("method", "name"), [(zipfile.ZIP_LZMA, "zip 14"), (zipfile.ZIP_BZIP2, "zip 12")], ids=["lzma", "bzip2"]
)
def test_a_zip_that_chooses_its_own_memory_is_refused(tmp_path, method, name):
    with zipfile.ZipFile(tmp_path / "list.zip", "w", method) as archive:
        archive.writestr("a.csv", TABLE)
    assert refusal(tmp_path / "list.zip") == ("source-packing-unknown", {"where": "list.zip", "found": name})


@pytest.mark.parametrize(
    ("content", "name"), [(b"BZh91AY", "bzip2"), (b"\xfd7zXZ\x00\x00", "xz"), (b"7z\xbc\xaf'\x1c\x00", "7z")]
)
def test_other_packings_are_refused_by_name(tmp_path, content, name):
    assert refusal(a_file(tmp_path, content)) == (
        "source-packing-unknown",
        {"where": "list.csv", "found": name},
    )
    assert refusal(a_file(tmp_path, gzip.compress(content)))[0] == "source-packed-twice"


def test_packing_twice_is_refused(tmp_path):
    twice = a_file(tmp_path, gzip.compress(gzip.compress(TABLE)))
    assert refusal(twice) == ("source-packed-twice", {"where": "list.csv", "found": "gzip"})
    inner = a_zip(tmp_path, "a.csv").read_bytes()
    assert refusal(a_file(tmp_path, gzip.compress(inner))) == (
        "source-packed-twice",
        {"where": "list.csv", "found": "zip"},
    )
    assert refusal(a_zip(tmp_path, "a.zip", content=inner))[0] == "source-packed-twice"


def test_other_content_is_no_text(tmp_path):
    assert refusal(a_file(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")) == (
        "source-not-text",
        {"where": "list.csv"},
    )


def test_damage_is_told_from_a_cut(tmp_path):
    packed = bytearray(gzip.compress(os.urandom(5000).hex().encode()))
    assert refusal(a_file(tmp_path, bytes(packed[:-9]))) == ("source-truncated", {"where": "list.csv"})
    packed[-6] ^= 1
    assert refusal(a_file(tmp_path, bytes(packed))) == ("source-damaged", {"where": "list.csv"})
    assert refusal(a_file(tmp_path, gzip.compress(TABLE) + b"more")) == (
        "source-damaged",
        {"where": "list.csv"},
    )


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=4000), st.integers(1, 400))
def test_whatever_is_packed_comes_out_again_in_any_steps(content, step):
    packed = io.BytesIO(gzip.compress(content[:1000]) + gzip.compress(content[1000:]))
    stream = io.BufferedReader(gunzipped(packed), step)
    assert b"".join(iter(lambda: stream.read(step), b"")) == content


@settings(deadline=None)
@given(st.data())
def test_any_cut_of_a_package_is_a_refusal_and_never_a_crash(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("cut")
    whole = data.draw(
        st.sampled_from([gzip.compress(TABLE * 9, mtime=0), a_zip(folder, "a.csv").read_bytes()])
    )
    cut = whole[: data.draw(st.integers(4, len(whole) - 1))]
    flipped = bytearray(whole)
    flipped[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert refusal(a_file(folder, cut))[0].startswith("source-")
    with contextlib.suppress(SourceUnreadable):
        read_to_its_end(a_file(folder, bytes(flipped)))


@pytest.mark.real
def test_the_real_files_are_what_they_are(shared_data):
    found = {}
    for path in sorted(shared_data.rglob("*.*")):
        if path.suffix in (".gz", ".csv", ".xml"):
            with open_source(path) as source:
                found[path.name] = (source.form, source.kind)
    assert found["fest-mini.xml.gz"] == found["m30-full-2026-01.xml.gz"] == ("gzip", "xml")
    assert found["2026-03.csv.gz"] == ("gzip", "text")
    assert found["sas_catalogue_2026-04-01.csv"] == ("plain", "text")
    assert found["handelsvare-from-guide-figures.xml"] == ("plain", "xml")
