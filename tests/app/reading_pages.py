"""A page as a test reads it: its tags, and the text that stands between them."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The tags of a page and the text between them."""

    def __init__(self, answer):
        super().__init__()
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(answer.text)
        self.text = " ".join(" ".join(self.said).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said.append(data)

    def scripts(self) -> list[dict[str, str | None]]:
        """What a browser runs; what a page tells search engines is data, and no browser runs it."""
        return [given for given in self.all("script") if given.get("type") != "application/ld+json"]

    def all(self, tag, **wanted):
        return [given for name, given in self.tags if name == tag and wanted.items() <= given.items()]


def page(api, address, **headers):
    answer = api.get(address, headers=headers)
    assert answer.status_code == 200
    return Page(answer)
