"""Makes drafts of a country's table: every row becomes an entry or a problem that says why not."""

import re

import msgspec

from ingest.files import SourceFile
from ingest.profiles import Profile
from ingest.reading import FirstDays, Notes, Reading
from ingest.sheet import Sheet, SheetRow, read_sheet
from ingest.sheet_entries import Entries
from lists.codes import LIMIT_PERIOD, Code
from lists.edition import Draft
from lists.records import CodedForm, Condition, Entry, Group, Terms


def convert_sheet(source: SourceFile, profile: Profile, *, first_days: FirstDays) -> Reading:
    """
    Read a table and make its drafts.

    Args:
        first_days: A table says no day itself; a list without one here has none.

    Returns:
        A draft for each list the table has rows of, in the profile's order; none where a column is
        missing. Rows below the header = distinct entries + rows noted or refused.

    Raises:
        SourceUnreadable: It is no table at all.
    """
    sheet = read_sheet(source, profile)
    if not sheet.usable:
        return Reading([], sheet.problems)
    notes = Notes(sheet.file)
    lists = {code: _ListMaking(code, profile, notes) for code in profile.list.titles}
    entries = Entries(sheet, profile, notes)
    for row in sheet.rows():
        codes = _lists_of(row, profile)
        if codes is None:
            _report_list(sheet, row, profile, notes)
            continue
        entry = entries.entry(row)
        for code in codes:
            lists[code].take(entry, row, first_list=code == codes[0])
    for code, made in lists.items():
        if not made.spoken_of:
            notes.add("list-not-in-table", subject=code)
    drafts = [made.draft(first_days) for made in lists.values() if made.spoken_of]
    return Reading(drafts, [*sheet.problems, *notes.found])


def _lists_of(row: SheetRow, profile: Profile) -> tuple[str, ...] | None:
    """The lists a row belongs to; None where it names one we do not know."""
    of = profile.list
    if of.code:
        return (of.code,)
    if not any(row.cells.values()):
        return ()  # a blank row names no list; it is noted as one without a key
    return of.values.get(row.cells[of.column[0]])


def _report_list(sheet: Sheet, row: SheetRow, profile: Profile, notes: Notes) -> None:
    of = profile.list
    found, known = row.cells[of.column[0]], ", ".join(of.values)
    notes.add("list-unknown", line=row.line, column=sheet.name_of(of.column), found=found, expected=known)


class _ListMaking:
    """One list's draft while its rows come in."""

    def __init__(self, code: str, profile: Profile, notes: Notes) -> None:
        self.entries: list[Entry] = []
        self.spoken_of = False
        self._code, self._profile, self._notes = code, profile, notes
        self._lines: dict[str, int] = {}
        self._first: dict[str, tuple[int, int]] = {}
        self._groups: dict[str, Group] = {}
        self._conditions: dict[str, Condition] = {}

    def take(self, entry: Entry | None, row: SheetRow, *, first_list: bool) -> None:
        """
        Take the entry of a row, or join it to the one it differs from in its GTIN only.

        Two unlike rows of one key both stay: the rules of the draft report them.

        Args:
            first_list: What is noted about a row is noted under its first list only, so that counts add up.
        """
        self.spoken_of = True
        if entry is None:
            return
        alike = self._alike(row)
        at, was = self._first.setdefault(entry.varenr, (len(self.entries), alike))
        if at < len(self.entries) and was == alike:
            self._join(at, entry)
            if first_list:
                first = self._lines[entry.varenr]
                self._notes.add(
                    "row-repeated", line=row.line, subject=entry.varenr, found=entry.name, first=first
                )
            return
        if entry.varenr in self._lines:
            self._lines.setdefault("first " + entry.varenr, self._lines[entry.varenr])
        self._lines[entry.varenr] = row.line
        self.entries.append(entry)
        self._add_group(row)

    def draft(self, first_days: FirstDays) -> Draft:
        """All of it, as read; the terms in their order."""
        profile = self._profile
        title = profile.list.titles[self._code]
        terms = Terms(
            list=self._code,
            title=title,
            legal_basis=Code(self._code, profile.list.system, title),
            number_kind=profile.number_kind,
            groups=tuple(self._groups[code] for code in sorted(self._groups)),
            conditions=tuple(self._conditions[identity] for identity in sorted(self._conditions)),
        )
        return Draft(self._notes.file, terms, first_days.of(self._code), self.entries, lines=self._lines)

    def _alike(self, row: SheetRow) -> int:
        """Equal for rows that say the same but for their GTIN (rule 13), columns we do not show included."""
        gtin = self._profile.gtin[:1]
        return hash(tuple(text for name, text in row.cells.items() if name not in gtin))

    def _join(self, at: int, entry: Entry) -> None:
        gtins = tuple(sorted({*self.entries[at].gtins, *entry.gtins}))
        self.entries[at] = msgspec.structs.replace(self.entries[at], gtins=gtins)

    def _add_group(self, row: SheetRow) -> None:
        of = self._profile.group
        code = row.cells[of.column[0]]
        parent = row.cells[of.parent[0]] if of.parent else ""
        limit = self._limit(row)
        text = code if of.code_is_text else ""
        made = Group(Code(code, of.system, text), parent=parent or None, conditions=(limit,) if limit else ())
        self._put_group(made, row)
        if parent:
            self._put_group(Group(Code(parent, of.parent_system)), row)

    def _put_group(self, group: Group, row: SheetRow) -> None:
        """Rows that say different things about their group are reported: nothing is picked."""
        code = group.code.value
        subject = "group " + code
        first = self._groups.setdefault(code, group)
        self._lines.setdefault(subject, row.line)
        if first != group:
            found, other = _said_of(group), _said_of(first)
            line = self._lines[subject]
            self._notes.add(
                "group-differs", line=row.line, subject=subject, found=found, other=other, first=line
            )

    def _limit(self, row: SheetRow) -> str | None:
        """The id of the condition that carries the row's limit: the notation itself."""
        limit = self._profile.limit
        found = row.cells[limit.column[0]] if limit else ""
        if limit is None or not found:
            return None
        if found not in self._conditions:
            match = re.fullmatch(limit.pattern, found)
            assert match is not None, "a row whose limit cannot be read is no entry"
            period = limit.periods[match["period"]]
            text = limit.texts[period].replace("{max}", match["max"]).replace("{found}", found)
            # As with FEST's own limits, it is whoever hands out that keeps to it.
            coded = (CodedForm(Code(period, LIMIT_PERIOD), (match["max"],)),)
            self._conditions[found] = Condition(found, text, "dispenser", coded=coded)
        return found


def _said_of(group: Group) -> str:
    return ", ".join(filter(None, [group.code.system, group.parent, *group.conditions]))
