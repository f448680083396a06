"""wrk with a script that looks at every answer: whether it is whole, of one release, and how late it came."""

import json
import re
import signal
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from tests.bench.servers import CONNECTIONS, LOAD_CORE, Server


class Watched(msgspec.Struct, frozen=True):
    """
    What was seen of the answers to look-ups.

    Attributes:
        failed: Anything but 200, and connections that were refused or broken.
        mixed: Header, tag and body are not of one release, or two bodies came under one tag.
        last: When the last answer of each release came, by release; seconds since 1970.
        p50: Of the answers' times, in seconds, as are `p99` and `most`.
    """

    answers: int
    failed: int
    mixed: int
    last: Mapping[int, float]
    p50: float
    p99: float
    most: float


class Watch:
    """Look-ups that are asked again and again until told to stop."""

    def __init__(self, room: Path, server: Server, numbers: Iterable[str]) -> None:
        script = room / "watched.lua"
        script.write_text(_SCRIPT % ", ".join(map(json.dumps, numbers)), encoding="utf-8")
        command = ("taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", "-d600s", "-s", str(script))
        self._process = subprocess.Popen((*command, server.address), stdout=subprocess.PIPE, text=True)

    def stop(self) -> Watched:
        """End it, and what it saw."""
        self._process.send_signal(signal.SIGINT)
        said, _ = self._process.communicate(timeout=30)
        found = re.search(r"^seen (\{.*\})$", said, re.MULTILINE)
        assert found is not None, said
        return msgspec.json.decode(found[1], type=Watched, strict=False)


_SCRIPT = """
local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds; long nanoseconds; } instant;
  int clock_gettime(int, instant*);
]]
local instant = ffi.new("instant")
local function now()
  ffi.C.clock_gettime(0, instant)
  return tonumber(instant.seconds) + tonumber(instant.nanoseconds) * 1e-9
end

local numbers = { %s }
local at, known, threads = 0, {}, {}
answers, failed, mixed, last = 0, 0, 0, {}

function setup(thread) table.insert(threads, thread) end

function request()
  at = at %% #numbers + 1
  return wrk.format("GET", "/v1/products/" .. numbers[at])
end

function response(status, headers, body)
  answers = answers + 1
  if status ~= 200 then failed = failed + 1 return end
  local release, tag = headers["release"], headers["etag"]
  last[release] = now()
  local key = release .. body:match('"varenr":"([^"]*)"')
  local whole = tag .. body
  if body:match('^{"release":(%%d+),') ~= release or (known[key] or whole) ~= whole then
    mixed = mixed + 1
  end
  known[key] = whole
end

function done(summary, latency, requests)
  local lasts, thread, errors = {}, threads[1], summary.errors
  for release, at in pairs(thread:get("last")) do
    table.insert(lasts, string.format('"%%s":%%.4f', release, at))
  end
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  print(string.format(
    'seen {"answers":%%d,"failed":%%d,"mixed":%%d,"last":{%%s},"p50":%%.9f,"p99":%%.9f,"most":%%.9f}',
    thread:get("answers"), thread:get("failed") + lost, thread:get("mixed"), table.concat(lasts, ","),
    latency:percentile(50) * 1e-6, latency:percentile(99) * 1e-6, latency.max * 1e-6))
end
"""
