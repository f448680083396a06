"""How good the source of an edition was: what each rule noted in it, and which conditions are text only."""

from app.pages import ExampleShape, QualityAnswer, RuleShape, UncodedShape
from app.read.lists import require_list
from app.read.view import View
from app.words import say
from ingest import store
from lists.rules import RULES


def quality(view: View, code: str, lang: str) -> QualityAnswer:
    """
    What was noted in the edition of a list that is in force; rules that found nothing are told too.

    Raises:
        NotThere: "unknown-list".
    """
    require_list(view, code)
    mark = view.marks.get(code)
    noted = store.findings(view.snapshot.db, mark) if mark is not None else []
    findings = {known.rule: known for known in noted}
    conditions = view.snapshot.index(mark).terms.conditions if mark is not None else ()
    return QualityAnswer(
        release=view.release,
        edition=mark.id if mark is not None else None,
        rules=tuple(_rule(rule, findings.get(rule), lang) for rule in RULES),
        uncoded=tuple(
            UncodedShape(condition.id, condition.text) for condition in conditions if not condition.coded
        ),
    )


def noted(view: View, code: str) -> int:
    """How much was noted in the source of the edition in force, all rules together."""
    mark = view.marks.get(code)
    return sum(known.count for known in store.findings(view.snapshot.db, mark)) if mark is not None else 0


def _rule(rule: str, found: store.Finding | None, lang: str) -> RuleShape:
    examples = found.examples if found is not None else ()
    return RuleShape(
        rule=rule,
        blocks=RULES[rule],
        text=say("rule", rule, lang, part="title"),
        count=found.count if found is not None else 0,
        examples=tuple(ExampleShape(one.line, one.subject, one.found) for one in examples),
    )
