"""Files made to harm are refused with one reason, within seconds and under 300 MB of memory."""

import gzip
import io
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import xlsxwriter

MEMORY_LIMIT = 300 << 20
SECONDS_LIMIT = 30
COLUMNS = (
    "groupId,sasCode,companyCode,manufacturer,brandName,description,"
    "packSize,maxQty,packPrice,packPremium,status"
)

_READ = """
import collections, json, resource, sys
from ingest.convert_sheet import convert_sheet
from ingest.files import open_source
from ingest.profiles import load_profile
from ingest.reading import FirstDays
from lists.errors import SourceUnreadable

told = {"reason": "", "facts": {}, "rules": {}}
try:
    with open_source(sys.argv[2]) as source:
        if sys.argv[1] == "stream":
            with source.open() as stream:
                while stream.read(1 << 16):
                    pass
            sys.exit("read to its end")
        reading = convert_sheet(source, load_profile("au-stoma-appliance-scheme"), first_days=FirstDays())
    told["rules"] = collections.Counter(found.rule for found in reading.problems)
except SourceUnreadable as refused:
    told["reason"], told["facts"] = refused.reason, refused.facts
try:
    # getrusage would tell the size of the tests, whose memory this process had before it became itself.
    own = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
except OSError:
    own = 0
told["memory"] = own * 1024
unit = 1 if sys.platform == "darwin" else 1024
told["child"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
print(json.dumps(told))
"""


class Told(msgspec.Struct):
    reason: str
    facts: dict[str, str]
    rules: dict[str, int]
    memory: int
    child: int


def read_apart(path: Path, *, how: str = "table") -> Told:
    """What a fresh process says of a file; how long and how much memory it took is held to the limits."""
    began = time.monotonic()
    command = [sys.executable, "-c", _READ, how, str(path)]
    ran = subprocess.run(command, capture_output=True, timeout=120, check=False)
    took = time.monotonic() - began
    assert ran.returncode == 0, ran.stderr.decode()
    told = msgspec.json.decode(ran.stdout, type=Told)
    assert told.memory < MEMORY_LIMIT
    assert told.child < MEMORY_LIMIT
    assert took < SECONDS_LIMIT
    return told


def zeros(size: int) -> bytes:
    """A deflate stream of that many zero bytes, 1032 times smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b"\x00" * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def a_gzip_bomb(path: Path) -> None:
    """256 MB in 260 kB: one member of 16 MB, 16 times."""
    path.write_bytes(gzip.compress(b"0" * (16 << 20)) * 16)


def a_slow_gzip_bomb(path: Path) -> None:
    """Below the ratio, above the size: text that packs about 60 : 1, to more than 1 GiB."""
    text = "".join(os.urandom(150).hex() + "0" * 20_000 for _ in range(800)).encode()
    path.write_bytes(gzip.compress(text) * ((1 << 30) // len(text) + 2))


def a_gzip_of_endless_members(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"") * 1_000_000)


def a_gzip_with_an_endless_name(path: Path) -> None:
    path.write_bytes(b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03" + b"n" * (100 << 20))


def a_zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("list.xml", "w") as member:
        for _ in range(200):
            member.write(b"0" * (1 << 20))


def a_zip_that_lies(path: Path) -> None:
    """It says its one file has 10 bytes; 200 MB come out."""
    _lying_zip(path, {"list.csv": zeros(200 << 20)})


def a_zip_of_endless_names(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(60_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.csv"), b"")


def a_zip_with_a_locked_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("list.csv", b"a,b\n")
    packed = bytearray(path.read_bytes())
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(packed)


def a_cut_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("list.csv", b"a,b\n" * 1000)
    path.write_bytes(path.read_bytes()[:2000])


def a_cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(os.urandom(1 << 20).hex().encode())[:-100])


def a_workbook_bomb(path: Path) -> None:
    """A true workbook with 200 MB of zeros in it."""
    xlsxwriter.Workbook(path).close()
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/more.xml", "w") as member,
    ):
        for _ in range(200):
            member.write(b"0" * (1 << 20))


def a_workbook_that_lies(path: Path) -> None:
    """Its sheet says it has 10 bytes; 300 MB of rows come out."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole) as book:
        book.add_worksheet().write(0, 0, "sasCode")
    with zipfile.ZipFile(whole) as archive:
        parts = {name: _deflated(archive.read(name)) for name in archive.namelist()}
    row = b"<row><c t='inlineStr'><is><t>" + b"0" * 30_000 + b"</t></is></c></row>"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
    sheet = packer.compress(head) + b"".join(packer.compress(row) for _ in range(10_000)) + packer.flush()
    _lying_zip(path, parts | {"xl/worksheets/sheet1.xml": sheet})


def a_workbook_with_a_far_corner(path: Path) -> None:
    """Two cells; a library that keeps rows of equal length needs 400 GB for what is between them."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "sasCode")
        sheet.write(1_048_575, 16_383, "x")


def a_broken_old_workbook(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(1 << 20))


def a_sparse_file_of_2_gb(path: Path) -> None:
    path.touch()
    os.truncate(path, 2 << 30)


def a_line_without_end(path: Path) -> None:
    path.write_bytes(COLUMNS.encode() + b"\n" + b"a" * (100 << 20))


def a_quotation_without_end(path: Path) -> None:
    path.write_bytes(COLUMNS.encode() + b'\n01a,"' + b"a,b\n" * 1_000_000)


def a_table_of_empty_lines(path: Path) -> None:
    path.write_bytes(COLUMNS.encode() + b"\n" * 20_000_000)


def a_table_of_commas(path: Path) -> None:
    path.write_bytes(gzip.compress((b"," * 1_000_000 + b"\n") * 50))


def a_header_without_end(path: Path) -> None:
    path.write_bytes(COLUMNS.encode() + b"," * 1_000_000 + b"\n")


def a_table_of_long_cells(path: Path) -> None:
    row = ",".join(["é" * 4_000] * 11) + "\n"
    path.write_text(COLUMNS + "\n" + row * 1_000, encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (a_gzip_bomb, "source-bomb"),
        (a_slow_gzip_bomb, "source-too-large"),
        (a_gzip_of_endless_members, "source-damaged"),
        (a_gzip_with_an_endless_name, "source-truncated"),
        (a_cut_gzip, "source-truncated"),
        (a_zip_bomb, "source-bomb"),
        (a_zip_that_lies, "source-damaged"),
        (a_zip_of_endless_names, "source-several-files"),
        (a_zip_with_a_locked_member, "source-encrypted"),
        (a_cut_zip, "source-truncated"),
        (a_sparse_file_of_2_gb, "source-too-large"),
    ],
)
def test_a_hostile_package_is_refused_in_bounded_time_and_memory(
    tmp_path: Path, make: Callable[[Path], None], reason: str
):
    path = tmp_path / "hostile"
    make(path)

    told = read_apart(path, how="stream")

    assert told.reason == reason
    assert told.facts["where"] == "hostile"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (a_workbook_bomb, "source-bomb"),
        (a_workbook_that_lies, "source-damaged"),
        (a_workbook_with_a_far_corner, "source-workbook-too-large"),
        (a_broken_old_workbook, "source-damaged"),
        (a_gzip_bomb, "source-line-too-long"),
        (a_line_without_end, "source-line-too-long"),
        (a_quotation_without_end, "source-csv-broken"),
        (a_table_of_empty_lines, "source-too-many-rows"),
        (a_table_of_commas, "source-too-much-text"),
        (a_header_without_end, "source-too-many-columns"),
        (a_table_of_long_cells, "source-too-much-text"),
    ],
)
def test_a_hostile_table_is_refused_in_bounded_time_and_memory(
    tmp_path: Path, make: Callable[[Path], None], reason: str
):
    path = tmp_path / "hostile"
    make(path)

    told = read_apart(path)

    assert told.reason == reason
    assert told.facts["where"] == "hostile"


def test_a_table_in_which_everything_is_wrong_is_reported_row_by_row(tmp_path):
    path = tmp_path / "wrong.csv"
    rows = "".join(f"g{row},s{row},c{row},m,,d,p{row},q{row},x{row},y{row},active\n" for row in range(99_999))
    path.write_text(COLUMNS + "\n" + rows, encoding="utf-8")

    told = read_apart(path)

    every = 99_999
    assert told.reason == ""
    assert told.rules == {
        "varenr-form": every,
        "name-missing": every,
        "number-form": every,
        "amount-form": 2 * every,
        "limit-form": every,
    }


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def _lying_zip(path: Path, parts: dict[str, bytes]) -> None:
    """An archive of ready deflate streams, each said to unpack to 10 bytes with checksum 0."""
    body, directory = b"", b""
    for name, packed in parts.items():
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0)
        directory += (
            b"PK\x01\x02\x14\x00" + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        )
        body += b"PK\x03\x04" + fields + name.encode() + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\x05\x06" + end)
