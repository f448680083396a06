"""The tables of the nightly copy say what they mean, and the questions shown beside them are answered."""

import re

import pytest

from ingest.schema import PLAIN_TABLES, TABLES, columns_of
from ingest.views import VIEWS
from tests.documents.nights import SCHEMA, copied, rows

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("cluster")]


def test_the_questions_shown_are_answered(served_after, database):
    copied(served_after(4), database)
    readme = SCHEMA.parent.with_name("README.md").read_text(encoding="utf-8")
    shown = re.findall(r"```sql\n(.+?)```", readme, re.DOTALL)
    shown += re.findall(r"^--   (SELECT.+\n)--   (.+;)$", SCHEMA.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(shown) == 2
    for question in shown:
        assert rows(database, "".join(question))


MEANINGS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'blaliste'::regnamespace AND c.relkind IN ('r', 'v')
UNION ALL
SELECT c.relname, NULL, NULL, obj_description(c.oid)
FROM pg_class c WHERE c.relnamespace = 'blaliste'::regnamespace AND c.relkind IN ('r', 'v')
"""


def test_every_table_and_column_says_what_it_means_in_the_words_of_lists_db(database):
    known: dict[tuple[str, str | None], str] = {}
    for name, (comment, columns, _) in PLAIN_TABLES.items():
        known[name, None] = comment
        known.update(((name, one.name), one.comment) for one in columns)
    for table in TABLES:
        known[table.name, None] = table.comment
        known.update(((table.name, one.name), one.comment) for one in columns_of(table))
    for view in VIEWS:
        known[view.name, None] = view.comment
        known.update(((view.name, column), text) for column, text in view.columns)

    found = {(name, column): (kind, text) for name, column, kind, text in rows(database, MEANINGS)}
    said = {place: text for place, (_, text) in found.items()}
    assert all(said.values())
    for place, (kind, text) in found.items():
        if place[0] == "copied":
            del said[place]
        elif kind == "boolean":
            said[place] = text.replace("Whether", "1 where")
        elif kind is not None and kind.startswith("numeric"):
            said[place] = text.replace(".", ", exact, as text.")
    assert said == known
