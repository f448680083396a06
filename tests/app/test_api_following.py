"""A running application goes over to new releases by itself: no failed and no mixed answer."""

import asyncio
import json
import time
from typing import Any, cast

import httpx

from app.api.application import create_app
from app.home import switch
from tests.app.builders import FIRST, Good, an_empty_home, publish_file, stoma_file

RELEASES = 20
EACH_SEEN = 5


def release_file(number):
    """Every product of release n costs n kroner and is named after it."""
    goods = [
        Good(good.varenr, ("5050101",), name=f"Utgave {number}", price=f"{number}.00") for good in FIRST[:3]
    ]
    return stoma_file(goods, helfo="2026-01-01")


async def asking(client, end, seen):
    while not end.is_set():
        single = await client.get("/v1/products/600007")
        page = await client.get("/v1/lists/505/products")
        body = {"varenr": [good.varenr for good in FIRST[:3]]}
        looked_up = await client.post("/v1/products/lookup", json=body)
        for answer in (single, page, looked_up):
            assert answer.status_code == 200, answer.text
            seen.append(told_by(answer))
        await asyncio.sleep(0.005)


def told_by(answer):
    """The release that an answer names everywhere, and there is only one."""
    shape = answer.json()
    products = shape.get("items", [shape])
    assert len(products) in (1, 3)
    told = {int(answer.headers["release"]), shape["release"]}
    for product in products:
        told |= {product["release"], int(product["name"].removeprefix("Utgave "))}
        for entry in product["entries"]:
            told.add(int(entry["edition"].rpartition("/")[2]))
            told.add(int(entry["prices"][0]["amount"].partition(".")[0]))
    assert len(told) == 1, json.dumps(shape)
    return told.pop()


def test_while_releases_are_published_no_answer_fails_or_is_mixed(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, release_file(1))
    app = create_app(home)
    # One list for each client: between clients, answers may be noted in another order than they were made.
    seen: list[list[int]] = [[], [], []]

    async def run():
        end = asyncio.Event()
        transport = httpx.ASGITransport(app=cast(Any, app))
        async with app.app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            tasks = [asyncio.create_task(asking(client, end, mine)) for mine in seen]
            for number in range(2, RELEASES + 1):
                await asyncio.to_thread(publish_file, home, release_file(number))
                # However fast they follow each other, some of them are seen.
                if number % EACH_SEEN == 0:
                    taken_up = await until_release(client, number)
            end.set()
            await asyncio.gather(*tasks)
        return taken_up

    taken_up = asyncio.run(run())
    assert taken_up < 1.5
    for mine in seen:
        assert mine == sorted(mine)
        assert len(set(mine)) >= RELEASES // EACH_SEEN


SEARCHED = 3
SEARCHES = ("/v1/search?q=utgave", "/v1/search?q=utg%C3%A5ve&price_to=375", "/v1/suggest?q=utgave")


def searched_file(number):
    """Release n has n products, each named after it."""
    return stoma_file(
        [Good(f"60001{place}", ("5050101",), name=f"Utgave {number}") for place in range(number)],
        helfo="2026-01-01",
    )


def found_by(answer):
    """The release that everything found is of: how many there are and what each of them says."""
    shape = answer.json()
    told = {int(answer.headers["release"]), shape["release"]}
    for item in shape["items"]:
        product = item.get("product")
        told.add(int((product["name"] if product else item["text"]).removeprefix("Utgave ")))
        told |= {product["release"]} if product else set()
    if "facets" in shape:
        told |= {shape["total"], len(shape["items"]), shape["facets"]["list"][0]["count"]}
    assert len(told) == 1, json.dumps(shape)
    return told.pop()


def test_searches_all_through_a_switch_find_one_release_each_and_the_new_one_soon(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, searched_file(1), complete=True)
    app = create_app(home)
    seen: list[int] = []

    async def searching(client, end):
        asked_last = False
        while not asked_last:
            asked_last = end.is_set()
            for path in SEARCHES:
                answer = await client.get(path)
                assert answer.status_code == 200, answer.text
                seen.append(found_by(answer))
            await asyncio.sleep(0.005)

    async def run():
        end = asyncio.Event()
        transport = httpx.ASGITransport(app=cast(Any, app))
        async with app.app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            task = asyncio.create_task(searching(client, end))
            waited = []
            for number in range(2, SEARCHED + 1):
                await asyncio.to_thread(publish_file, home, searched_file(number), complete=True)
                waited.append(await until_release(client, number))
            end.set()
            await task
        return max(waited)

    assert asyncio.run(run()) < 1.5
    assert seen == sorted(seen)
    assert set(seen) == set(range(1, SEARCHED + 1))


def test_the_first_search_after_the_start_and_after_a_switch_reads_nothing_of_the_index(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, searched_file(1), complete=True)
    app = create_app(home)

    async def run():
        transport = httpx.ASGITransport(app=cast(Any, app))
        async with app.app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            for number in (1, 2):
                await until_release(client, number)
                finder = app.quick._served.snapshot.finder()
                assert finder is not None
                finder.close()
                for path in SEARCHES:
                    assert found_by(await client.get(path)) == number
                if number == 1:
                    await asyncio.to_thread(publish_file, home, searched_file(2), complete=True)

    asyncio.run(run())


def test_an_index_that_cannot_be_read_at_once_is_searched_all_the_same(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, searched_file(1), complete=True)
    (home.snapshot(1) / "index" / "products.terms").unlink()
    app = create_app(home)

    async def run():
        transport = httpx.ASGITransport(app=cast(Any, app))
        async with app.app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            for path in SEARCHES:
                assert found_by(await client.get(path)) == 1

    asyncio.run(run())


async def until_release(client, release):
    """How many seconds it takes until a release is answered from."""
    begun = time.monotonic()
    while (await client.get("/v1/status")).json()["release"] != release:
        assert time.monotonic() - begun < 10
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


def test_a_current_that_leads_nowhere_leaves_the_former_release_served(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    publish_file(home, release_file(1))
    app = create_app(home)

    async def run():
        transport = httpx.ASGITransport(app=cast(Any, app))
        async with app.app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            home.current.unlink()
            home.current.symlink_to("snapshots/000099")
            await asyncio.sleep(0.6)
            assert (await client.get("/v1/products/600007")).json()["release"] == 1
            switch(home, 1)
            await asyncio.to_thread(publish_file, home, release_file(2))
            await until_release(client, 2)

    asyncio.run(run())


def test_an_empty_home_is_followed_to_its_first_release(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    app = create_app(home)

    async def run():
        transport = httpx.ASGITransport(app=cast(Any, app))
        async with app.app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            assert (await client.get("/v1/status")).json()["release"] == 0
            await asyncio.to_thread(publish_file, home, release_file(1))
            await until_release(client, 1)

    asyncio.run(run())
