"""Questions for a check over HTTP: name only what your test is about."""

from typing import Any

ASKED: dict[str, Any] = {
    "prescription": {"code": "505", "written_on": "2026-03-02"},
    "dispensed_on": "2026-06-01",
    "lines": [{"varenr": "600007", "packs": 2}],
    "already": [{"varenr": "600007", "units": 60, "on": "2026-02-01", "code": "505"}],
}


def asked(**changes: Any) -> dict[str, Any]:
    """The question above with another prescription's facts, or other parts."""
    facts = {name: changes.pop(name) for name in list(changes) if name not in {*ASKED, "known_at"}}
    return {**ASKED, "prescription": {**ASKED["prescription"], **facts}, **changes}


def lines(*numbers: str) -> list[dict[str, Any]]:
    return [{"varenr": varenr, "packs": 1} for varenr in numbers]


def check(api, question=None, **changes):
    answer = api.post("/v1/check", json=question or asked(**changes))
    assert answer.status_code == 200, answer.text
    return answer.json()
