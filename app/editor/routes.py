"""Every address of the editors' pages, in one frame."""

from litestar import Router

from app.editor import calendar_page, drafts, log_page, looking, releases, signing_in, values
from app.editor.frame import editor_router

_PAGES = (signing_in, drafts, looking, values, releases, calendar_page, log_page)
ROUTES: list[Router] = [editor_router([route for page in _PAGES for route in page.ROUTES])]
