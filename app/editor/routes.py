"""Every address of the editors' pages, in one frame."""

from litestar import Router

from app.editor import drafts, looking, signing_in
from app.editor.frame import editor_router

ROUTES: list[Router] = [editor_router([*signing_in.ROUTES, *drafts.ROUTES, *looking.ROUTES])]
