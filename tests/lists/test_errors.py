"""A refusal names its reason and its facts, as text."""

import datetime as dt

from lists.errors import BadAmount, BadText, ListsError, SourceUnreadable
from lists.problems import Problem, problem


def test_facts_are_text_and_stand_in_the_message_for_the_log():
    refusal = ListsError("not-listed", varenr="600007", on=dt.date(2026, 1, 1))
    assert refusal.facts == {"varenr": "600007", "on": "2026-01-01"}
    assert str(refusal) == "not-listed: varenr='600007', on='2026-01-01'"
    assert str(ListsError("busy")) == "busy"


def test_a_source_that_cannot_be_read_says_where():
    refusal = SourceUnreadable("source-empty", where="a.xml", found=0)
    assert (refusal.reason, refusal.facts) == ("source-empty", {"where": "a.xml", "found": "0"})


def test_what_convert_turns_into_a_problem_is_a_bad_text():
    assert issubclass(BadAmount, BadText)
    assert not issubclass(SourceUnreadable, BadText)


def test_problems_are_sorted_by_file_and_line_and_their_facts_by_name():
    later, earlier = problem("a", file="x", line=9), problem("b", file="x", line=2, other=1, first="z")
    assert sorted([later, earlier]) == [earlier, later]
    assert earlier == Problem("x", 2, "", "b", "", "", (("first", "z"), ("other", "1")))
