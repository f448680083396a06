"""Has what the newest editions brought worked out before a page tells it; no other request waits for that."""

from app.beside import Beside
from app.read.view import View
from app.served import Served
from app.web.latest import newest_first


async def have_news(served: Served, beside: Beside, view: View, *, most: int) -> None:
    """
    Have the news of the newest editions in force worked out beside the requests, where they are not at hand.

    Another snapshot may be served afterwards: whoever has awaited this takes a view anew.

    Raises:
        Refused: "busy": too many wait already.
    """
    newest = sorted(view.marks.values(), key=newest_first)[:most]
    lacking = [mark for mark in newest if not served.has_news(mark)]
    if lacking:
        served.keep_news(await beside.answer(lambda own: [own.news(mark) for mark in lacking]))
