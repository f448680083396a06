"""The page on which single values of a draft are changed, each in its own small form with its reason."""

import json
from typing import Any

import msgspec
from litestar import get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from app.api.answer import AnyRequest
from app.api.draft_answers import fresh, reason_of, workshop_of
from app.api.identity import EDITOR, require
from app.api.problems import STATUS, name_of
from app.editor.fields import field_title
from app.editor.frame import editor_page, form_of, text_of
from app.editor.said import Asked, Value, said
from app.home import Home
from app.ordering import Orders
from app.publish.drafting import Why
from app.publish.orders import Change
from app.served import Served
from app.web.addresses import page_language, with_lang
from app.words import say_error
from app.workshop.records import FILE, FINAL, OPEN, SCHEDULED, DraftRecord
from lists.editing import CONDITION, PRODUCT, SUBJECTS, Edit
from lists.errors import BadQuestion, Refused
from lists.values import TYPES

LONG = 60
"""Characters from which on a text gets room for several lines."""

CODED, EXPRESSED_BY = "coded", "expressed_by"
NUMBERED = {"15": "limit[calendar_year]", "16": "limit[dispensing]", "1": "", "2": ""}
"""The types of coded forms that go with a number; limits are values of their own."""


class ValueForm(msgspec.Struct, frozen=True):
    """
    One value as its form shows it.

    Attributes:
        label: Which value, and of which list where they differ.
        shown: The value as it is typed.
        told: Why what was typed cannot be; "" where nothing is wrong.
        reason: The reason that was typed.
    """

    field: str
    label: str
    kind: str
    optional: bool
    choices: tuple[str, ...]
    list: str
    shown: str
    long: bool
    told: str = ""
    reason: str = ""


class Sent(msgspec.Struct, frozen=True):
    """A form as it was sent; where it was refused, the error stands next to it."""

    field: str = ""
    list: str = ""
    value: str = ""
    reason: str = ""
    told: str = ""


@get("/editor/drafts/{draft:int}/values")
async def values_page(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: FromPath[int],
) -> Template:
    """What may be changed in one thing of a draft; what may be meant, where there is no such key."""
    require(request, served.home, EDITOR)
    await fresh(served.home, orders, draft)
    subject = request.query_params.get("subject", PRODUCT)
    asked = Asked(draft, subject, request.query_params.get("key", "").strip())
    return await _page(request, served.home, asked, Sent())


@post("/editor/drafts/{draft:int}/values")
async def change_value(
    request: AnyRequest,
    served: NamedDependency[Served],
    orders: NamedDependency[Orders],
    draft: FromPath[int],
) -> Response[Any]:
    """Change one value and go back to the draft; what cannot be is told next to its form."""
    person, form = await form_of(request, served.home, EDITOR)
    asked = Asked(draft, text_of(form, "subject"), text_of(form, "key"))
    sent = Sent(*(text_of(form, name) for name in ("field", "list", "value", "reason")))
    try:
        field, value = _read(form)
        edit = Edit(asked.subject, asked.key, field, value, sent.list or None)
        await orders.carry_out(Change(draft, edit, Why(person.name, reason_of(sent.reason))))
    except (BadQuestion, Refused) as error:
        told = msgspec.structs.replace(sent, told=say_error(error, page_language(request)))
        return await _page(request, served.home, asked, told, status=STATUS[name_of(error)])
    with workshop_of(served.home) as workshop:
        made = len(workshop.draft(draft).changes)
    return Redirect(with_lang(request, f"/editor/drafts/{draft}?changed={made}"), status_code=303)


async def _page(request: AnyRequest, home: Home, asked: Asked, sent: Sent, *, status: int = 200) -> Template:
    with workshop_of(home) as workshop:
        record = _changeable(workshop.draft(asked.draft))
    subject = asked.subject if asked.subject in SUBJECTS else PRODUCT
    asked = msgspec.structs.replace(asked, subject=subject)
    found = await said(home, record, asked)
    lang = page_language(request)
    forms = [_form(value, sent, lang) for value in found.values]
    return editor_page(
        request,
        "values.html.jinja",
        status=status,
        draft=asked.draft,
        subject=subject,
        subjects=SUBJECTS,
        key=asked.key,
        said=found,
        forms=[form for form in forms if form.field not in (CODED, EXPRESSED_BY) and not _empty_limit(form)],
        coded=[form for form in forms if form.field == CODED],
        expressed=[form for form in forms if form.field == EXPRESSED_BY],
        is_condition=subject == CONDITION,
        types=TYPES,
        sent=sent,
        voids=bool(record.approvals),
        stray=sent.told if not any(form.told for form in forms) else "",
    )


def _changeable(draft: DraftRecord) -> DraftRecord:
    """
    Raises:
        Refused: "draft-state" or "edit-of-act".
    """
    if draft.state in (*FINAL, SCHEDULED):
        raise Refused("draft-state", found=draft.state, draft=draft.draft, expected=OPEN)
    if draft.kind != FILE:
        raise Refused("edit-of-act", draft=draft.draft)
    return draft


def _form(value: Value, sent: Sent, lang: str) -> ValueForm:
    field = value.field
    title = field_title(field.path, lang)
    is_sent = bool(sent.told) and (sent.field, sent.list) == (field.path, value.list)
    shown = sent.value if is_sent else _typed(field.value)
    return ValueForm(
        field.path,
        label=f"{title} ({value.list} {value.title})" if value.list else title,
        kind=field.kind,
        optional=field.optional,
        choices=field.choices,
        list=value.list,
        shown=shown,
        long=field.kind == CODED or field.path == "text" or len(shown) > LONG or "\n" in shown,
        told=sent.told if is_sent else "",
        reason=sent.reason if is_sent else "",
    )


def _empty_limit(form: ValueForm) -> bool:
    """A limit that is not there is brought in by its coded form."""
    return form.field.startswith("limit[") and not form.shown and not form.told


def _typed(value: Any) -> str:
    """A value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read(form: FormMultiDict) -> tuple[str, Any]:
    """Which value a form changes, and to what, as plain JSON; whether that may stand there is said later."""
    field, kind, text = (text_of(form, name) for name in ("field", "kind", "value"))
    if kind == "type":
        return _read_type(text_of(form, "type"), text.strip(), text_of(form, "coded"))
    if not text.strip() and text_of(form, "optional"):
        return field, None
    if kind == "whole":
        return field, _whole(text)
    if kind == "truth":
        return field, {"true": True, "false": False}.get(text, text)
    if kind == CODED:
        return field, _json(text)
    return field, text.strip() if kind in ("day", "money") else text


def _read_type(code: str, value: str, coded: str) -> tuple[str, Any]:
    """A coded form that is chosen by its type: a limit of its own, or one more beside those there are."""
    if NUMBERED.get(code):
        return NUMBERED[code], _whole(value)
    given = value.replace(",", " ").split() if code == "10" else [value]
    values = given if code == "10" or code in NUMBERED else ["1"]
    known = _json(coded)
    others = [one for one in known if not _is_of(one, code)] if isinstance(known, list) else []
    return CODED, [*others, {"type": code, "values": values}]


def _is_of(form: Any, code: str) -> bool:
    return isinstance(form, dict) and form.get("type") == code


def _whole(text: str) -> Any:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else text


def _json(text: str) -> Any:
    """What a text says as JSON; itself where it is none, and the refusal shows it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


ROUTES: list[Any] = [values_page, change_value]
