"""The gates' limits are settings of a home: shown, set, kept, refused in words, and written down."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.home import Home
from app.workshop.database import Workshop
from lists.gates import GateLimits
from tests.app import homes
from tests.builders import goods_xml, price_xml
from tests.program import ask, call


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one product at 12.50."""
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, homes.write(tmp_path / "a.xml", goods=goods_xml(prices=price_xml("12.50"))))
    return home


def test_a_new_home_holds_drafts_against_the_limits_the_rules_name(home):
    assert ask(home.path, "gates").document == msgspec.to_builtins(GateLimits())
    assert "removed_percent" in call("--home", home.path, "gates").out


def test_a_limit_that_was_set_is_what_the_next_draft_is_held_against(home, tmp_path):
    dear = homes.write(tmp_path / "b.xml", goods=goods_xml(prices=price_xml("50.00")), helfo="2026-02-01")
    assert "price-ratio" in _fired(home, dear)

    assert ask(home.path, "gates", "price_ratio_percent", 500, "--by", "Ola").code == 0

    assert "price-ratio" not in _fired(home, dear)
    with closing(Workshop(home.workshop)) as workshop:
        last = workshop.log.newest(limit=1)[0]
    assert (last.act, last.by) == ("gates", "Ola")
    assert '"price_ratio_percent":500' in last.what


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("price_ratio", 500), "The nearest there is: 'price_ratio_percent'."),
        (("removed_percent", 101), "removed_percent cannot be 101"),
        (("price_ratio_percent", 50), "price_ratio_percent cannot be 50"),
    ],
)
def test_what_cannot_be_set_is_told_and_changes_nothing(home, words, told):
    ran = call("--home", home.path, "--lang", "en", "gates", *words)
    assert ran.code == 1
    assert told in ran.err
    assert ask(home.path, "gates").document == msgspec.to_builtins(GateLimits())


def test_a_setting_without_its_value_is_wrong_use(home):
    ran = call("--home", home.path, "gates", "removed_percent")
    assert ran.code == 2
    assert "asks for VALUE" in ran.err


def _fired(home: Home, path: Path) -> set[str]:
    gates = ask(home.path, "validate", path).document["gates"]
    return {gate["gate"] for gate in gates if not gate["passed"]}
