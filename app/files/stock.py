"""The products of a day, laid aside on the disk: each is put together once, and few are held at a time."""

import os
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator

import msgspec

from app.shapes import ProductShape

_DECODER = msgspec.msgpack.Decoder(ProductShape)


class Stock:
    """
    Products in the order in which they came, to be gone through again and again.

    They lie in a file without a name, which is gone with the stock, however the process ends.
    """

    def __init__(self, products: Iterable[ProductShape]) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115 closed with the stock
        weakref.finalize(self, file.close)
        self._handle = file.fileno()
        self._ends = array("Q", [0])
        self._on_list: dict[str, array[int]] = {}
        encode = msgspec.msgpack.Encoder().encode
        for place, product in enumerate(products):
            self._ends.append(self._ends[-1] + file.write(encode(product)))
            for code in {entry.list for entry in product.entries}:
                self._on_list.setdefault(code, array("Q")).append(place)
        file.flush()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[ProductShape]:
        return self._each(range(len(self)))

    def on_list(self, code: str) -> Iterator[ProductShape]:
        """Those that stand on a list."""
        return self._each(self._on_list.get(code, ()))

    def _each(self, places: Iterable[int]) -> Iterator[ProductShape]:
        for place in places:
            begin, end = self._ends[place], self._ends[place + 1]
            yield _DECODER.decode(os.pread(self._handle, end - begin, begin))
