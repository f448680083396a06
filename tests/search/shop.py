"""
A small shop, made up, in which every search test looks around.

    505 stomi  ─ 50501 Poser ─ 5050101 Poser, endels, lukket     014884  903279  903280  555501
               └ 50509 Hjelp ─ 5050901 Belter til kompresjon     700001
    501 inko   ─ 50101 Bleier ─ 5010101 Bleier, formsydde        100200  100300
               └ 50103 Kateter ─ 5010301 Tappekateter            200100  200200
"""

from collections.abc import Callable

from search.find import Finder
from search.records import Document, GroupText, Span

# Builds an index of documents and opens it.
Searcher = Callable[..., Finder]

STOMA = GroupText("505", "Forbruksmateriell ved stomi")
INCONTINENCE = GroupText("501", "Forbruksmateriell ved inkontinens")
BAGS = (STOMA, GroupText("5050101", "Poser, endels, lukket m/hudbeskyttelsesplate"))
BELTS = (STOMA, GroupText("5050901", "Belter til kompresjon"))
NAPPIES = (INCONTINENCE, GroupText("5010101", "Bleier, formsydde"))
CATHETERS = (INCONTINENCE, GroupText("5010301", "Tappekateter"))


def a_document(varenr: str, name: str = "Vare", **others: object) -> Document:
    """A document on list 505 since its first edition; name only what your test is about."""
    facts: dict[str, object] = {"holds": (Span("505", 0, None),), **others}
    return Document(varenr, name, **facts)  # type: ignore[arg-type]


def shop() -> list[Document]:
    """The documents of the picture above."""
    return [
        a_document(
            "903279", "Alterna lukket pose maxi", supplier="Coloplast Norge AS", article="AST408 08 00",
            size="CH12, 2,5 mm", pack="30", unit="stk", gtins=("07046260012345",),
            groups=BAGS, lists=(STOMA,),
        ),
        a_document("903280", "Urinpose Tåsen 1,5 l", supplier="Mölnlycke", article="1743-10", groups=BAGS),
        a_document("014884", "Stomiposer Fjell 50x60", groups=BAGS, lists=(STOMA,), rank=1),
        a_document("555501", "Hudplate med krem", size="45 mm", groups=BAGS, lists=(STOMA,)),
        a_document("700001", "Støttebelte Ås", groups=BELTS, lists=(STOMA,)),
        a_document("100200", "Bleie natt", groups=NAPPIES, lists=(INCONTINENCE,)),
        a_document("100300", "Barrièrekrem for sår hud", supplier="Abena", lists=(INCONTINENCE,)),
        a_document("200100", "LoFric kateter CH 12", groups=CATHETERS, lists=(INCONTINENCE,)),
        a_document("200200", "Katetre 40 cm", groups=CATHETERS, lists=(INCONTINENCE,), size="ch14"),
    ]  # fmt: skip
