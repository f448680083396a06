"""How pages are filled in: the readers' templates, and the editors' under `editor/`; all is escaped."""

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from app.web.told import add_filters

STATIC = Path(__file__).parent / "static"
_HERE = Path(__file__).parent


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """The templates of both rooms; `static(name)` in them is the address of a file beside the pages."""
    editors = FileSystemLoader(_HERE.parent / "editor" / "templates")
    loader = ChoiceLoader([FileSystemLoader(_HERE / "templates"), PrefixLoader({"editor": editors})])
    environment = Environment(loader=loader, autoescape=True)
    add_filters(environment)
    environment.globals["static"] = static_address
    return TemplateConfig(instance=JinjaTemplateEngine(engine_instance=environment))


@cache
def static_address(name: str) -> str:
    """Where a file of the pages is found; another address whenever its bytes are others."""
    return f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]}"
