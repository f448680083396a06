"""The program as scripts and people call it: exit codes, one JSON document, sentences, the home."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path

import click
import pytest

from app.home import Home
from tests.app import homes
from tests.builders import an_m30_file, basis_xml, goods_xml, group_xml, price_xml
from tests.program import Ran, ask, call, finish, start

DONE, REFUSED, WRONG_USE, BROKEN = 0, 1, 2, 3
ALL_GATES = (*(word for gate in homes.ANY_GATE for word in ("--override", gate)), "--reason", homes.SMALL)

READS = (
    ("lookup", "600008"),
    ("search", "pose"),
    ("releases",),
    ("status",),
    ("unanswered",),
    ("verify",),
    ("drafts",),
    ("diff", "1"),
)
COMMANDS = (
    *("abandon", "approve", "carry", "changes", "check", "close", "demo", "diff", "drafts", "edit"),
    *("export", "follow", "gates", "ingest", "init", "keys", "lookup", "operator", "publish", "rebuild"),
    *("reject", "releases", "search", "serve", "status", "token", "unanswered", "user", "validate"),
    *("verify", "withdraw"),
)


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of three releases; nobody changes it."""
    return homes.make_three_releases(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def home(sealed: Home, tmp_path: Path) -> Path:
    """A copy of it."""
    return homes.a_copy(sealed, tmp_path / "copy").path


@pytest.fixture
def new_home(tmp_path: Path) -> Path:
    """An empty home without approvals."""
    return homes.an_empty_home(tmp_path / "new").path


# --- the contract's commands ------------------------------------------------


def test_the_commands_are_those_of_the_contract():
    from app.__main__ import main

    assert main.list_commands(click.Context(main)) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_tells_what_it_is_for(name):
    from app.__main__ import main

    known = main.get_command(click.Context(main), name)
    assert known is not None
    assert known.help
    assert all(option.help for option in known.params if option.param_type_name == "option")
    assert call(name, "--help").code == DONE


def test_a_home_is_made_with_one_approval_by_other_people(tmp_path):
    assert ask(tmp_path / "a", "init").document["approvals"] == 1
    assert ask(tmp_path / "b", "init", "--approvals", 0).document["approvals"] == 0


def test_a_home_is_made_once(new_home):
    ran = ask(new_home, "init")

    assert (ran.code, error(ran)["reason"]) == (REFUSED, "home-exists")


@pytest.mark.parametrize("read", READS, ids=lambda read: read[0])
def test_every_read_gives_one_document_and_nothing_else(read, home):
    ran = ask(home, *read)

    assert (ran.code, ran.err) == (DONE, "")
    assert isinstance(ran.document, dict)


@pytest.mark.parametrize("read", READS, ids=lambda read: read[0])
@pytest.mark.parametrize("lang", ["en", "nb", "nn"])
def test_every_read_speaks_to_people_too(read, lang, home):
    ran = call("--home", home, "--lang", lang, *read)

    assert (ran.code, ran.err) == (DONE, "")
    assert ran.out.strip()
    assert "?" not in ran.out


@pytest.mark.parametrize("read", [*READS, ("rebuild",), ("publish", "1"), ("ingest", "x")])
def test_without_a_home_every_command_says_so_in_one_sentence(read, tmp_path):
    ran, spoken = ask(tmp_path / "none", *read), call("--home", tmp_path / "none", *read)

    assert (ran.code, error(ran)["reason"]) == (REFUSED, "home-missing")
    assert (spoken.code, spoken.out, spoken.err.count("\n")) == (REFUSED, "", 1)
    assert "there is no home here. Make one with the command init" in spoken.err


@pytest.mark.parametrize("read", [read for read in READS if read[0] != "drafts"], ids=lambda read: read[0])
def test_a_broken_home_ends_every_read_with_3(read, home):
    (home / "current").unlink()
    (home / "current").symlink_to("snapshots/000009")

    ran = ask(home, *read)

    assert (ran.code, error(ran)["reason"]) == (BROKEN, "current-broken")


def test_a_damaged_database_is_a_broken_home(home):
    lists_db = home / "snapshots" / "000003" / "lists.db"
    lists_db.write_bytes(lists_db.read_bytes()[:4096] + b"x" * 8192)

    assert (ran := ask(home, "lookup", "600008")).code == BROKEN
    assert error(ran)["reason"] == "database-broken"
    assert ask(home, "verify").code == BROKEN


def test_a_missing_database_is_a_broken_home(home):
    (home / "snapshots" / "000003" / "lists.db").unlink()

    assert (ran := ask(home, "lookup", "600008")).code == BROKEN
    assert "000003/lists.db: the file is missing" in error(ran)["message"]


def test_a_damaged_workshop_is_a_broken_home(home):
    (home / "workshop.db").write_bytes(b"x" * 8192)

    assert ask(home, "verify").code == BROKEN
    assert ask(home, "drafts").code == BROKEN


def test_a_home_that_cannot_be_a_folder_is_a_refusal(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")

    for home in (tmp_path / "file", tmp_path / "file" / "inside"):
        assert (ran := ask(home, "init")).code == REFUSED
        assert "Check that" in error(ran)["message"]
        assert error(ask(home, "status"))["reason"] == "home-missing"


# --- wrong use --------------------------------------------------------------

WRONG = (
    ((), "Missing command"),
    (("bogus",), "No such command"),
    (("lookup",), "Missing argument"),
    (("lookup", "600007", "--on", "2026-02-30"), "is no day"),
    (("lookup", "600007", "--known-at", "2026-01-01T12:00:00"), "is no instant"),
    (("init", "--approvals", "-1"), "range"),
    (("ingest", "x.xml", "--publish", "--override", "group-meaning"), "asks for --reason"),
    (("publish", "1", "--override", "group-meaning"), "asks for --reason"),
    (("ingest", "x.xml", "--published-at", "2026-01-01T00:00:00Z"), "belong to --publish"),
    (("ingest", "x.xml", "--override", "price-ratio", "--reason", "b"), "belong to --publish"),
    (("publish", "1", "--override", "price-ratoi", "--reason", "b"), "'price-ratoi' is no gate"),
    (("ingest", "x.xml", "--valid-from", "505=x"), "is no first day"),
    (("ingest", "x.xml", "--valid-from", "2026-01-01", "--valid-from", "2026-01-02"), "may be given once"),
    (("ingest", "x.xml", "--valid-from", "505=2026-01-01", "--valid-from", "505=2026-01-02"), "505"),
    (("publish",), "Missing argument"),
    (("publish", "en"), "not a valid integer"),
    (("close", "505"), "Missing option"),
)


@pytest.mark.parametrize(("args", "says"), WRONG, ids=lambda value: " ".join(value)[:50] if value else "")
def test_wrong_use_is_2_with_one_document_or_one_sentence(args, says, new_home):
    ran, spoken = ask(new_home, *args), call("--home", new_home, *args)

    assert (ran.code, error(ran)["reason"]) == (WRONG_USE, "wrong-use")
    assert says in error(ran)["message"]
    assert (spoken.code, spoken.out) == (WRONG_USE, "")
    assert says in spoken.err


# --- where the home is ------------------------------------------------------


def test_the_home_is_named_by_the_option_else_the_environment_else_it_is_data(home, tmp_path):
    other = {"BLALISTE_HOME": str(tmp_path / "none")}

    assert call("--json", "status", env={"BLALISTE_HOME": str(home)}).document["release"] == 3
    assert call("--home", home, "--json", "status", env=other).document["release"] == 3
    assert call("--json", "status", env=other).code == REFUSED
    shutil.copytree(home, tmp_path / "data", symlinks=True)
    assert finish(start("--json", "status", cwd=tmp_path)).document["release"] == 3


def test_a_home_with_strange_letters_in_its_name_works(home, tmp_path):
    strange = home.rename(tmp_path / "Blå liste #1 %20?")

    assert ask(strange, "lookup", "600008").code == DONE
    assert ask(strange, "rebuild").code == DONE
    assert ask(strange, "verify").code == DONE


# --- languages --------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"LANG": "nb_NO.UTF-8", "LC_ALL": ""}, "her er det ingen"),
        ({"LANG": "no_NO", "LC_ALL": ""}, "her er det ingen"),
        ({"LANG": "nn_NO.UTF-8", "LC_ALL": ""}, "her er det inga"),
        ({"LC_MESSAGES": "nb_NO", "LANG": "nn_NO", "LC_ALL": ""}, "her er det ingen"),
        ({"LC_ALL": "nb_NO", "LANG": "nn_NO"}, "her er det ingen"),
        ({"LANG": "C.UTF-8", "LC_ALL": ""}, "there is no home here"),
        ({"LANG": "de_DE", "LC_ALL": ""}, "there is no home here"),
    ],
)
def test_sentences_follow_the_terminal(env, says, tmp_path):
    assert says in call("--home", tmp_path / "none", "status", env=env).err


def test_sentences_follow_the_option_before_the_terminal(tmp_path):
    ran = call("--home", tmp_path / "none", "--json", "--lang", "nb", "status", env={"LC_ALL": "nn_NO"})

    assert "her er det ingen" in error(ran)["message"]


def test_a_terminal_without_our_letters_is_no_reason_to_fail(home):
    ran = finish(start("--home", home, "drafts", env={"PYTHONIOENCODING": "ascii"}))

    assert (ran.code, ran.err) == (DONE, "")


# --- taking files in --------------------------------------------------------


def test_validate_judges_and_stores_nothing(new_home, tmp_path):
    before = sorted(path.name for path in new_home.rglob("*"))
    ran = ask(new_home, "validate", homes.write(tmp_path / "a.xml"))

    assert ran.code == DONE
    assert ran.document["lists"][0]["list"] == "505"
    assert ran.document["problems"] == []
    assert sorted(path.name for path in new_home.rglob("*")) == before


def test_validate_needs_no_home_and_makes_none(tmp_path):
    ran = ask(tmp_path / "none", "validate", homes.write(tmp_path / "a.xml"))

    assert (ran.code, ran.document["lists"][0]["state"]) == (DONE, "new")
    assert not (tmp_path / "none").exists()


def test_ingest_leaves_a_draft_and_publish_puts_it_in_force(new_home, tmp_path):
    taken = ask(new_home, "ingest", homes.write(tmp_path / "a.xml"), "--by", "Kari", "--note", "Hei")

    assert taken.code == DONE
    assert set(taken.document) >= {"draft", "lists", "problems", "counts", "gates", "release"}
    assert (taken.document["draft"], taken.document["release"]) == (1, None)
    assert ask(new_home, "diff", 1).document["items"][0]["event"] == "added"
    assert ask(new_home, "publish", 1, "--note", "Første").document == {"release": 1, "at": None}
    listed = ask(new_home, "drafts").document["items"]
    assert [(draft["by"], draft["note"], draft["state"]) for draft in listed] == [
        ("Kari", "Hei", "published")
    ]
    assert ask(new_home, "releases").document["items"][0]["note"] == "Første"


@pytest.mark.parametrize("form", ["plain", "bom", "gzip", "zip", "stdin", "stdin-gzip"])
def test_a_file_may_be_packed_or_come_through_standard_input(form, new_home, tmp_path):
    content = an_m30_file()
    packed = gzip.compress(content)
    path = tmp_path / "liste.bin"
    if form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("fest.xml", content)
    else:
        path.write_bytes({"gzip": packed, "bom": b"\xef\xbb\xbf" + content}.get(form, content))
    given = "-" if form.startswith("stdin") else path
    ran = ask(new_home, "ingest", given, stdin=packed if form == "stdin-gzip" else content)

    assert (ran.code, ran.document["lists"][0]["entries"]) == (DONE, 1)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.xml", None, "source-missing"),
        ("empty.xml", b"", "source-empty"),
        ("table.csv", b"a;b\n1;2\n", "profile-missing"),
        ("short.gz", gzip.compress(an_m30_file())[:200], "source-truncated"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_refusal_in_one_sentence(name, content, reason, new_home, tmp_path):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    for verb in ("validate", "ingest"):
        ran, spoken = ask(new_home, verb, path), call("--home", new_home, verb, path)
        assert (ran.code, error(ran)["reason"]) == (REFUSED, reason)
        assert (spoken.code, spoken.out, spoken.err.count("\n")) == (REFUSED, "", 1)
        assert name in spoken.err


def test_every_problem_has_its_place_and_its_advice_and_nothing_is_published(new_home, tmp_path):
    path = homes.write(tmp_path / "feil.xml", goods=goods_xml(prices=price_xml("1,2,3")))
    ran = ask(new_home, "ingest", path, "--publish")

    assert (ran.code, ran.document["release"]) == (REFUSED, None)
    [found] = [problem for problem in ran.document["problems"] if problem["blocks"]]
    assert (found["file"], found["subject"], found["found"]) == ("feil.xml", "600007", "1,2,3")
    assert found["line"] > 0
    assert found["advice"] in found["message"]
    spoken = call("--home", new_home, "ingest", path, "--publish")
    assert spoken.code == REFUSED
    assert found["message"] in spoken.out
    assert ask(new_home, "status").document["release"] == 0


def test_at_most_5000_problems_are_listed_what_blocks_first_and_all_are_counted(new_home, tmp_path):
    many = "".join(group_xml(f"505{number:04}") for number in range(5500))
    bases = basis_xml("505", group_xml("505", text="Stomi") + many)
    wrong = goods_xml(
        prices=price_xml("1,2,3"),
        refund="<Refusjon><RefRefusjonsgruppe>RID_5050101</RefRefusjonsgruppe>"
        "<GyldigFraDato>2026-01-01</GyldigFraDato></Refusjon>",
    )
    path = homes.write(tmp_path / "mye.xml", goods=wrong, bases=bases, conditions="")
    ran = ask(new_home, "validate", path)

    assert (ran.code, len(ran.document["problems"])) == (REFUSED, 5000)
    assert [found["rule"] for found in ran.document["problems"] if found["blocks"]]
    counted = {count["rule"]: count["count"] for count in ran.document["counts"]}
    assert counted["group-without-products"] >= 5499
    places = [(found["file"], found["line"]) for found in ran.document["problems"]]
    assert places == sorted(places)


def test_where_nothing_is_new_there_is_no_release_and_that_is_no_failure(home, tmp_path):
    goods = homes.STORY[2][3]
    ran = ask(home, "ingest", homes.write(tmp_path / "a.xml", goods=goods, helfo="2026-05-01"), "--publish")

    assert (ran.code, ran.document["release"], ran.document["lists"][0]["state"]) == (DONE, None, "unchanged")


def test_a_gate_that_fires_leaves_the_draft_open_and_is_1(new_home, tmp_path):
    goods = "".join(goods_xml(f"60000{number}") for number in range(1, 6))
    before, after = (
        homes.write(
            tmp_path / f"{text}.xml",
            goods=goods,
            bases=basis_xml("505", group_xml("505", text="Stomi") + group_xml(text=text)),
            conditions="",
            helfo=helfo,
        )
        for text, helfo in (("Stomiposer", "2026-01-01"), ("Kateterventiler", "2026-04-01"))
    )
    ask(new_home, "ingest", before, "--publish")
    held = ask(new_home, "ingest", after, "--publish")

    assert (held.code, held.document["release"], held.document["draft"]) == (REFUSED, None, 2)
    [gate] = [gate for gate in held.document["gates"] if not gate["passed"]]
    assert (gate["gate"], gate["list"]) == ("group-meaning", "505")
    assert ask(new_home, "drafts").document["items"][0]["state"] == "open"
    refused = ask(new_home, "publish", 2)
    assert (refused.code, error(refused)["reason"]) == (REFUSED, "gate-failed")
    passed = ask(new_home, "publish", 2, "--override", "group-meaning", "--reason", "Avtalt")
    assert (passed.code, passed.document) == (DONE, {"release": 2, "at": None})


def test_history_is_filled_in_with_instants_that_are_past_and_later(home, tmp_path):
    path = homes.write(tmp_path / "a.xml", goods=goods_xml(name="Ny"), helfo="2026-06-01")

    for at, reason in (("2999-01-01T00:00:00Z", "future"), ("2026-03-25T00:00:00Z", "order")):
        ran = ask(home, "ingest", path, "--publish", "--published-at", at)
        assert (ran.code, error(ran)["reason"]) == (REFUSED, f"published-at-{reason}")
    ran = ask(home, "ingest", path, "--publish", "--published-at", "2026-03-25T02:00:00+01:00", *ALL_GATES)
    assert (ran.code, ran.document["release"]) == (DONE, 4)
    last = ask(home, "releases").document["items"][-1]
    assert (last["published_at"], last["backfilled"]) == ("2026-03-25T01:00:00Z", True)


def test_a_list_ends_with_a_day_and_a_reason(home):
    drafted = ask(home, "close", "505", "--valid-from", "2026-09-01", "--reason", "Avviklet")
    assert (drafted.code, drafted.document["draft"], drafted.document["release"]) == (DONE, 4, None)
    assert ask(home, "lookup", "600008", "--on", "2026-09-01").code == DONE

    assert ask(home, "publish", 4).document == {"release": 4, "at": None}
    assert ask(home, "releases").document["items"][-1]["note"] == "Avviklet"
    gone = ask(home, "lookup", "600008", "--on", "2026-09-01")
    assert (gone.code, error(gone)["reason"]) == (REFUSED, "not-listed")
    assert ask(home, "verify").code == DONE


def test_a_profile_may_be_a_path_and_is_kept_with_what_was_read_by_it(new_home, tmp_path):
    built_in = Path(__file__).parents[2] / "ingest" / "profiles" / "au-stoma-appliance-scheme.toml"
    profile = tmp_path / "min egen.toml"
    shutil.copyfile(built_in, profile)
    table = tmp_path / "liste.csv"
    table.write_text(_AUSTRALIAN, encoding="utf-8")
    ran = ask(new_home, "ingest", table, "--profile", profile, "--valid-from", "2026-04-01", "--publish")
    assert (ran.code, ran.document["release"]) == (DONE, 1), ran.out
    profile.unlink()
    table.unlink()

    assert ask(new_home, "rebuild").document == {"release": 1}
    assert ask(new_home, "verify").code == DONE
    assert ask(new_home, "diff", 1).code == DONE


# --- asking -----------------------------------------------------------------


def test_a_look_up_answers_for_a_day_and_as_was_known(home):
    assert price(ask(home, "lookup", "600007", "--on", "2026-02-28")) == "12.50"
    assert price(ask(home, "lookup", "600007", "--on", "2026-03-01")) == "13.00"
    early = ("--on", "2026-03-01", "--known-at", "2026-02-01T00:00:00Z")
    assert price(ask(home, "lookup", "600007", *early)) == "12.50"
    assert ask(home, "lookup", "600007", *early).document["release"] == 1


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("600001",), "never-listed"),
        (("600007", "--on", "2025-12-31"), "not-yet-listed"),
        (("600007", "--on", "2026-05-01"), "not-listed"),
        (("600007", "--known-at", "2999-01-01T00:00:00Z"), "bad-date"),
    ],
)
def test_what_a_look_up_does_not_find_is_1_with_the_api_s_name_for_it(args, reason, home):
    ran = ask(home, "lookup", *args)

    assert (ran.code, error(ran)["reason"]) == (REFUSED, reason)


def test_a_search_finds_by_number_word_and_beginning_on_a_day(home):
    for words in (("600008",), ("fjellro", "pose"), ("fjell",)):
        assert [hit["product"]["varenr"] for hit in ask(home, "search", *words).document["items"]] == [
            "600008"
        ]
    both = ask(home, "search", "pose", "--on", "2026-03-01").document
    assert sorted(hit["product"]["varenr"] for hit in both["items"]) == ["600007", "600008"]
    assert ask(home, "search", "x" * 70).code == REFUSED


def test_an_empty_home_answers_too(new_home):
    assert ask(new_home, "status").document["release"] == 0
    assert ask(new_home, "releases").document == {"release": 0, "items": [], "next": None}
    assert (ran := ask(new_home, "search", "pose")).code == DONE
    assert ran.document["items"] == []
    assert error(ask(new_home, "lookup", "600007"))["reason"] == "never-listed"
    assert ask(new_home, "verify").code == DONE
    assert ask(new_home, "rebuild").document == {"release": 0}


def test_a_reader_that_goes_away_is_no_trace(home):
    ran = finish(start("--home", home, "status", stdin=None))
    process = start("--home", home, "status")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)

    assert ran.code == DONE
    assert "Traceback" not in err


def price(ran: Ran) -> str:
    """What one unit is reimbursed with."""
    found = {known["kind"]: known["amount"] for known in ran.document["entries"][0]["prices"]}
    return str(found["max_reimbursement_per_unit"])


def error(ran: Ran) -> dict[str, str]:
    """The refusal a document holds; it has nothing else."""
    assert set(ran.document) == {"error"}, ran.out
    found: dict[str, str] = ran.document["error"]
    assert {"reason", "message"} <= set(found)
    assert json.dumps(found)
    return found


_AUSTRALIAN = """\
groupId,sasCode,companyCode,manufacturer,brandName,description,packSize,maxQty,packPrice,packPremium,status,variation,deletion
01a,3807J,2501,Fjellro,Fjellro Pose,"opaque, 100ml",30,60m,41.19,,active,,
01a,3849N,3184,Havblikk,Havblikk Mini,"opaque, 1mm",30,4a,41.19,,active,,
"""
