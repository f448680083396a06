"""How pages are filled in: the readers' templates, and the editors' under `editor/`; all is escaped."""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from app.web.told import add_filters

STATIC = Path(__file__).parent / "static"
_NOT_OF_PAGES = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HERE = Path(__file__).parent


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """The templates of both rooms; `static(name)` in them is the address of a file beside the pages."""
    editors = FileSystemLoader(_HERE.parent / "editor" / "templates")
    loader = ChoiceLoader([FileSystemLoader(_HERE / "templates"), PrefixLoader({"editor": editors})])
    environment = Environment(loader=loader, autoescape=True, auto_reload=False, finalize=_printable)
    add_filters(environment)
    environment.globals["static"] = static_address
    return TemplateConfig(instance=JinjaTemplateEngine(engine_instance=environment))


def _printable(value: Any) -> Any:
    """Signs that no page can hold, from a list or from what somebody typed, stand as a mark that says so."""
    return _NOT_OF_PAGES.sub("\ufffd", value) if type(value) is str else value


@cache
def static_address(name: str) -> str:
    """Where a file of the pages is found; another address whenever its bytes are others."""
    return f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]}"
