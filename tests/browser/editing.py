"""Who sits at the editors' pages in a browser, the files they take in, and how they move about."""

import datetime as dt
import time
import urllib.request

from app.workshop.accounts import ADMIN, APPROVER, EDITOR
from lists.days import OSLO
from tests.app.builders import CORRECTED, Good

PASSWORD = "en lang setning"
PEOPLE = {
    "Kari": (EDITOR,),
    "Ola": (APPROVER,),
    "Åse": (EDITOR, APPROVER),
    "Line Kristoffersen-Bjørnstad": (EDITOR, APPROVER, ADMIN),
}
TODAY = dt.datetime.now(OSLO).date()
COMING = (TODAY.replace(day=1) + dt.timedelta(days=70)).replace(day=1).isoformat()
"""A first day that has not come yet."""

NEXT = (Good("600007", ("5050101", "5050102"), price="13.00"), *CORRECTED[1:], Good("600013", name="Vårpose"))
RENAMED = (*NEXT[:1], Good("600008", supplier="Havblikk Å AS", name="Noe helt annet"), *NEXT[2:])
LONG_NAME = "Pose med hudplateoghydrokolloidklebefilterforlengelsesslange " * 3


class Somebody:
    """A person at a browser of their own."""

    def __init__(self, context, site):
        self.context, self.site = context, site
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)

    def go(self, address):
        self.page.goto(self.site + address)

    def sign_in(self, name):
        self.go("/editor")
        self.page.get_by_label("Navn").fill(name)
        self.page.get_by_label("Passord").fill(PASSWORD)
        self.press("Logg inn")
        return self

    def press(self, name):
        """Press a button, and wait for the page that this leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def upload(self, content, *, name="helfo.xml", note=""):
        """Take a file in; returns the path of its draft."""
        self.go("/editor")
        file = {"name": name, "mimeType": "application/xml", "buffer": content}
        self.page.get_by_label("Kildefil").set_input_files(file)
        self.page.get_by_label("Merknad").fill(note)
        self.press("Ta inn og kontroller")
        self.page.wait_for_url("**/editor/drafts/*")
        return self.path

    def change(self, draft, value, *, key="600007", field="Navn", subject="product"):
        """Change a value of a draft, with its reason."""
        self.go(f"{draft}/values?subject={subject}&key={key}")
        form = self.form_of(field)
        form.get_by_label(field, exact=True).fill(value)
        form.get_by_label("Grunn").fill("Ringt leverandøren")
        with self.page.expect_navigation():
            form.get_by_role("button").click()

    def form_of(self, field):
        return self.page.locator("form.value", has=self.page.get_by_label(field, exact=True))

    @property
    def path(self):
        return self.page.url.removeprefix(self.site)

    @property
    def state(self):
        return self.page.locator("h1 .state").inner_text()

    @property
    def said(self):
        return " ".join(self.page.locator("main").inner_text().split())


def the_release(site, number):
    """Waits until the server has gone over to a release."""
    end = time.monotonic() + 60
    while True:
        with urllib.request.urlopen(f"{site}/v1/status") as answer:
            if answer.headers["Release"] == str(number):
                return
        assert time.monotonic() < end
        time.sleep(0.1)
