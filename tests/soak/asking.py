"""Asks a service questions over connections that are kept, and counts what came of it."""

import random
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException

import msgspec

from app.served import today
from tests.soak.history import Known
from tests.soak.questions import Answer, Asker, Question
from tests.soak.service import Publisher, Served

MOST_STALE = 2.0
"""Seconds after a publish was answered in which the release before it may still be; one is promised, on a
machine that does nothing else."""
_BETWEEN = 0.02
_TIMEOUT = 30.0
_SHOWN = 10


class Counts:
    """What came of all questions; several threads count here."""

    def __init__(self) -> None:
        self.checked: Counter[str] = Counter()
        self.wrong = self.busy = self.broken = self.late = 0
        self.examples: list[str] = []
        self._seen: dict[tuple[str, int], tuple[str | None, bytes]] = {}
        self._lock = threading.Lock()

    def judged(self, question: Question, told: str) -> None:
        """An answer was held to the model; `told` is what was wrong with it."""
        with self._lock:
            self.checked[question.kind] += 1
            if told:
                self.wrong += 1
                if len(self.examples) < _SHOWN:
                    self.examples.append(f"{question.path}: {told}"[:1000])

    def is_late(self) -> None:
        """An answer of the release before, more than a second after the publish was answered."""
        with self._lock:
            self.late += 1

    def was_busy(self) -> None:
        """A 503: come back later."""
        with self._lock:
            self.busy += 1

    def was_broken(self) -> None:
        """A connection that was refused, or broke off before the answer was whole."""
        with self._lock:
            self.broken += 1

    def same_as_before(self, question: Question, answer: Answer) -> bool:
        """Whether one question has one answer and one tag within one release."""
        if answer.release is None or question.body is not None:
            return True
        with self._lock:
            former = self._seen.setdefault((question.path, answer.release), (answer.etag, answer.body))
        return former == (answer.etag, answer.body)

    def forget(self, before: int) -> None:
        """Answers of releases that are long gone are not compared any more."""
        with self._lock:
            self._seen = {key: kept for key, kept in self._seen.items() if key[1] >= before}


class Asking(threading.Thread):
    """One client: it asks, waits for the answer, judges it, and rests a little."""

    def __init__(self, served: Served, publisher: Publisher, counts: Counts, *, seed: str) -> None:
        super().__init__(daemon=True)
        self.failed: BaseException | None = None
        self._publisher, self._counts = publisher, counts
        self._rng = random.Random(seed)
        self._connection = HTTPConnection("127.0.0.1", served.port, timeout=_TIMEOUT)
        self._ending = threading.Event()

    def stop(self) -> None:
        """End after the answer that is waited for; what went wrong with the asking itself is raised."""
        self._ending.set()
        self.join()
        if self.failed is not None:
            raise self.failed

    def run(self) -> None:
        try:
            while not self._ending.wait(_BETWEEN):
                self._ask()
        except BaseException as failed:  # noqa: BLE001 whoever stops the thread hears of it
            self.failed = failed
        finally:
            self._connection.close()

    def _ask(self) -> None:
        day = today()
        question = Asker(self._rng, day, self._publisher.published_at).question(self._publisher.certain)
        begun = time.monotonic()
        try:
            answer = self._answer(question)
        except (OSError, HTTPException):
            self._connection.close()
            self._counts.was_broken()
            return
        if answer.status == 503:
            self._counts.was_busy()
        elif day == today():
            self._counts.judged(question, self._judged(question, answer, begun))

    def _answer(self, question: Question) -> Answer:
        method = "POST" if question.body is not None else "GET"
        self._connection.request(method, question.path, question.body, {"Accept-Language": "nb"})
        response = self._connection.getresponse()
        release = response.getheader("Release")
        number = int(release) if release is not None else None
        return Answer(response.status, response.read(), number, response.getheader("ETag"))

    def _judged(self, question: Question, answer: Answer, begun: float) -> str:
        least, begun_by_now = self._publisher.since(begun - MOST_STALE), self._publisher.begun
        if question.as_known is not None:
            least, begun_by_now = min(least, question.as_known), begun_by_now.until(question.as_known)
        if answer.release is None:  # A page, or a refusal, does not say it.
            told = [_judged(question, answer, begun_by_now.until(n)) for n in _span(least, begun_by_now)]
            return "" if "" in told else told[-1]
        if not least <= answer.release <= begun_by_now.release:
            return f"of release {answer.release}, when it could be {least} to {begun_by_now.release}"
        if question.as_known is None and answer.release < self._publisher.since(begun - 1.0):
            self._counts.is_late()
        if not self._counts.same_as_before(question, answer):
            return f"another answer, or another tag, within release {answer.release}"
        return _judged(question, answer, begun_by_now.until(answer.release))


def _span(least: int, most: Known) -> range:
    return range(max(1, least), most.release + 1)


def _judged(question: Question, answer: Answer, known: Known) -> str:
    try:
        return question.judge(answer, known)
    except (LookupError, TypeError, ValueError, msgspec.DecodeError) as error:
        return f"not an answer that can be read ({error!r}): {answer.status} {answer.body[:300]!r}"
