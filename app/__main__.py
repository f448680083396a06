"""The program `blaliste`: publishes medical product and price lists, and answers from them."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path

import click

from app.commands.context import Program, Session
from app.home import DEFAULT_HOME, Home
from app.logs import set_up_logs
from app.words import LANGUAGES, choose_language


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--home",
    "home_path",
    envvar="BLALISTE_HOME",
    default=DEFAULT_HOME,
    show_default=True,
    help="Directory of the home.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output, and nothing else."
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of sentences.")
@click.version_option(package_name="blaliste", prog_name="blaliste")
@click.pass_context
def main(context: click.Context, home_path: str, as_json: bool, lang: str | None) -> None:  # noqa: FBT001 click
    """Publish medical product and price lists, and answer from them, exact and dated."""
    set_up_logs()
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal without our letters shows their codes; it is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    context.obj = Session(Home(Path(home_path)), as_json, lang or _language())


def _language() -> str:
    """The language of the terminal, where it is one of ours."""
    named = (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name)))
    return choose_language(next(named, "").split(".")[0].replace("_", "-"))


_COMMANDS = {
    "publishing": ("init", "validate", "ingest", "publish"),
    "drafting": ("drafts", "diff", "edit", "carry", "approve", "reject", "abandon", "withdraw", "close"),
    "gates": ("gates",),
    "reading": ("lookup", "check", "search", "releases", "status", "verify", "rebuild"),
    "exporting": ("export",),
    "changing": ("changes",),
    "unanswered": ("unanswered",),
    "accounts": ("user", "token"),
    "keys": ("keys",),
    "following": ("follow",),
    "operator": ("operator",),
    "serving": ("demo", "serve"),
}
for _module, _names in _COMMANDS.items():
    main.add_module(f"app.commands.{_module}", _names)

if __name__ == "__main__":
    main()
