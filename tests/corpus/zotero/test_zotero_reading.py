"""A Zotero library through the real client: only Zotero is a server of this test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from zotero_server import KEY, Fault, ZoteroServer

from rag.corpus.dedupe.merge import merge
from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.corpus.zotero.connection import Connection
from rag.corpus.zotero.items import value_of
from rag.corpus.zotero.reading import read_zotero
from rag.corpus.zotero.references import ZoteroReference, parse_zotero
from rag.errors import CatalogueError, InputError, PaperchatError
from rag.types import Identifiers, Paper, PaperStatus

REEF = {
    "creators": [
        {"creatorType": "editor", "firstName": "Ed", "lastName": "Itor"},
        {"creatorType": "author", "firstName": "Cora", "lastName": "Reef"},
        {"creatorType": "author", "name": "Reef Society"},
    ],
    "abstractNote": "We measure how corals bleach. Bleaching rises by 30%.",
    "publicationTitle": "Sea",
    "date": "2021-03-01",
    "DOI": "10.1000/REEF",
    "url": "https://sea.example/reef",
    "extra": "PMID: 1234567\narXiv: 2001.01234 [q-bio]\nCitation Key: reef2021heat",
    "tags": [{"tag": "heat"}, {"tag": "corals", "type": 1}],
    "collections": ["COLLREEF"],
}


def filled(server: ZoteroServer) -> ZoteroServer:
    """Two papers, one of them in an inner collection, with what Zotero keeps beside them."""
    server.collection("COLLLIFE", "Biology")
    server.collection("COLLREEF", "Reefs", "COLLLIFE")
    server.collection("COLLVOID", "Empty")
    server.add("PAPERONE", "Coral <i>Reefs</i> under Heat", **REEF)
    server.add("PAPERTWO", "Owls at Night", abstractNote="Owls see in the dark.")
    server.add("NOTEONE1", itemType="note", note="<p>Read this</p>", parentItem="PAPERONE")
    server.add("NOTEFREE", itemType="note", note="<p>To do</p>")
    server.add("PDFCHILD", "PDF", itemType="attachment", parentItem="PAPERONE")
    server.add("PDFALONE", "Scan", itemType="attachment")
    server.add("MARKING1", itemType="annotation", parentItem="PDFCHILD")
    return server


@pytest.fixture
def zotero() -> Iterator[ZoteroServer]:
    with filled(ZoteroServer()).running() as server:
        yield server


@pytest.fixture
def web() -> Iterator[ZoteroServer]:
    with filled(ZoteroServer(local=False)).running() as server:
        yield server


def read(
    server: ZoteroServer, reference: str = "zotero:", known: Sequence[Record] = (), **more: Any
) -> Reading:
    at = Connection(server.url, None if server.local else KEY)
    server.asked.clear()
    return read_zotero(
        at,
        parse_zotero(reference),
        lambda source: [record for record in known if record.source == source],
        **more,
    )


def titles(reading: Reading) -> list[str]:
    return [record.title for record in reading.records]


@pytest.mark.parametrize(
    ("text", "expected", "source"),
    [
        ("zotero:", ZoteroReference(), "zotero:"),
        ("Zotero: ", ZoteroReference(), "zotero:"),
        ("zotero:library", ZoteroReference(), "zotero:"),
        (
            "zotero:collection/My  Reefs!/Warm",
            ZoteroReference("", "collection", "My Reefs!/Warm"),
            "zotero:collection/My Reefs%21/Warm",
        ),
        (
            "zotero:collection/My Reefs%21",
            ZoteroReference("", "collection", "My Reefs!"),
            "zotero:collection/My Reefs%21",
        ),
        ("zotero:search/New", ZoteroReference("", "search", "New"), "zotero:search/New"),
        ("zotero:group/77", ZoteroReference("77"), "zotero:group/77"),
        (
            "zotero:groups/77/collections/A",
            ZoteroReference("77", "collection", "A"),
            "zotero:group/77/collection/A",
        ),
        (
            "zotero://select/groups/77/collections/ABCD2345",
            ZoteroReference("77", "collection", "ABCD2345"),
            "zotero:group/77/collection/ABCD2345",
        ),
        (
            "zotero://select/library/collections/ABCD2345",
            ZoteroReference("", "collection", "ABCD2345"),
            "zotero:collection/ABCD2345",
        ),
    ],
)
def test_references(text: str, expected: ZoteroReference, source: str) -> None:
    assert parse_zotero(text) == expected
    assert expected.source == source
    assert parse_zotero(source) == expected


@pytest.mark.parametrize(
    "text", ["zotero:Reefs", "zotero:group/x", "zotero:../..", "zotero:item/A"]
)
def test_what_names_nothing_is_told(text: str) -> None:
    with pytest.raises(InputError, match=r"names nothing in Zotero\. Name zotero:, "):
        parse_zotero(text)


def test_a_running_zotero_is_read_with_all_that_is_known_of_a_paper(zotero: ZoteroServer) -> None:
    reading = read(zotero)
    assert reading.read == {"zotero:"} and not reading.rejected
    reef, owls = reading.records
    assert (reef.title, reef.authors, reef.year) == (
        "Coral Reefs under Heat",
        ("Cora Reef", "Reef Society"),
        2021,
    )
    assert reef.identifiers == Identifiers("10.1000/reef", "2001.01234", "1234567")
    assert (reef.venue, reef.urls, reef.place) == (
        "Sea",
        ("https://sea.example/reef",),
        "item PAPERONE",
    )
    assert reef.tags == ("heat", "corals", "Reefs")
    extra = dict(reef.extra)
    assert extra["zotero"] == "zotero://select/library/items/PAPERONE"
    assert extra["collections"] == "Biology/Reefs"
    assert (extra["citation key"], extra["notes"]) == ("reef2021heat", "NOTEONE1")
    assert "notes" not in dict(owls.extra)


def test_zotero_org_is_read_alike(web: ZoteroServer, zotero: ZoteroServer) -> None:
    for number in range(230):
        for server in (web, zotero):
            server.add(f"MANY{number:04}", f"Moths of valley {number}", abstractNote="Moths.")
    on_web, here = read(web), read(zotero)
    assert on_web.records == here.records and len(here.records) == 232
    assert web.count("start=100") and web.count("start=200"), "it was read in pages"
    assert web.asked[0].startswith("/keys/current")


@pytest.mark.parametrize("local", [True, False])
def test_the_next_time_only_what_changed_is_fetched(local: bool) -> None:
    with filled(ZoteroServer(local=local)).running() as server:
        for number in range(300):
            server.add(f"MANY{number:04}", f"Moths of valley {number}", abstractNote="Moths.")
        before = read(server)
        same = read(server, known=before.records)
        assert same == before
        assert not server.count("itemKey"), "nothing was fetched"
        server.add("MANY0007", "Moths of the seventh valley", extra="bibtex: moth7")
        server.add("MANY0300", "Bats of a cave", abstractNote="Bats.")
        server.trash("PAPERTWO")
        server.delete("MANY0200")
        after = read(server, known=before.records)
        assert server.count("start=") == 0, "no page after the first was asked for"
        (asked,) = [path for path in server.asked if "itemKey" in path]
        assert "MANY0007" in asked and "MANY0300" in asked and "MANY0008" not in asked
        assert after.read == {"zotero:"}
        assert titles(after)[-1] == "Bats of a cave"
        assert {*titles(before)} - {*titles(after)} == {
            "Owls at Night",
            "Moths of valley 200",
            "Moths of valley 7",
        }
        changed = next(r for r in after.records if r.title == "Moths of the seventh valley")
        assert value_of(changed, "citation key") == "moth7"
        assert after.records == read(server).records, "as if all had been read"


def test_what_is_not_synced_yet_is_seen(zotero: ZoteroServer) -> None:
    before = read(zotero)
    zotero.add("PAPERTWO", "Owls at Dusk", synced=False)
    zotero.add("PAPERNEW", "Bats", synced=False)
    assert titles(read(zotero, known=before.records))[1:] == ["Owls at Dusk", "Bats"]


def test_a_zotero_that_never_syncs_is_read_whole(zotero: ZoteroServer) -> None:
    zotero.version, zotero.versions = 0, {}
    before = read(zotero)
    zotero.items["PAPERTWO"]["collections"] = ["COLLREEF"]  # which is no modification
    after = read(zotero, known=before.records)
    assert after.records[1].tags == ("Reefs",)


@pytest.mark.parametrize("local", [True, False])
def test_notes_and_names_of_collections_are_followed(local: bool) -> None:
    with filled(ZoteroServer(local=local)).running() as server:
        before = read(server)
        server.add("NOTETWO2", itemType="note", note="<p>More</p>", parentItem="PAPERTWO")
        server.delete("NOTEONE1")
        server.collections["COLLLIFE"]["name"] = "Life"
        after = read(server, known=before.records)
        assert [value_of(record, "notes") for record in after.records] == ["", "NOTETWO2"]
        assert value_of(after.records[0], "collections") == "Life/Reefs"


@pytest.mark.parametrize("change", ["another library", "an older version"])
def test_another_state_of_the_library_is_read_whole(zotero: ZoteroServer, change: str) -> None:
    before = read(zotero)
    known = before.records
    if change == "another library":
        known = tuple(
            replace(
                record,
                title="stale",
                extra=tuple(
                    (n, "users/1" if n == "zotero library" else v) for n, v in record.extra
                ),
            )
            for record in known
        )
    else:
        known = tuple(replace(record, title="stale") for record in known)
        zotero.version = 3  # a backup was restored
        zotero.versions = dict.fromkeys(zotero.versions, 2) | {"PAPERONE": 3}
    after = read(zotero, known=known)
    assert titles(after) == titles(before)


@pytest.mark.parametrize("local", [True, False])
def test_a_collection_is_read_with_those_in_it(local: bool) -> None:
    with filled(ZoteroServer(local=local)).running() as server:
        for name in ("Biology", "biology", "COLLLIFE", "Biology/Reefs", "reefs", "COLLREEF"):
            reading = read(server, f"zotero:collection/{name}")
            assert titles(reading) == ["Coral Reefs under Heat"], name
            assert value_of(reading.records[0], "notes") == "NOTEONE1"
            full = "Biology/Reefs" if "ree" in name.lower() else "Biology"
            assert reading.read == {f"zotero:collection/{full}"}
        known = reading.records
        server.items["PAPERONE"]["collections"] = []
        server.add("PAPERONE")
        emptied = read(server, "zotero:collection/Reefs", known=known)
        assert emptied.records == () and emptied.read == {"zotero:collection/Biology/Reefs"}
        assert read(server, "zotero:collection/Empty").read == {"zotero:collection/Empty"}


def test_names_that_are_unknown_or_not_one_are_told(zotero: ZoteroServer) -> None:
    zotero.collection("COLLWARM", "Reefs", "COLLVOID")
    with pytest.raises(InputError, match=r"2 of that name: Biology/Reefs \(COLLREEF\), Empty/Re"):
        read(zotero, "zotero:collection/Reefs")
    with pytest.raises(InputError, match=r"no collection 'Biologie'\. There is Biology"):
        read(zotero, "zotero:collection/Biologie")
    with pytest.raises(InputError, match="no saved search at all"):
        read(zotero, "zotero:search/New")
    zotero.collections["COLLLIFE"]["deleted"] = True
    with pytest.raises(InputError, match="no collection 'Biology'"):
        read(zotero, "zotero:collection/Biology")


def test_a_saved_search_is_run_by_zotero_itself(zotero: ZoteroServer, web: ZoteroServer) -> None:
    for server in (zotero, web):
        server.searches["SEARCHES"] = ("New ones", ["PAPERTWO", "NOTEONE1"])
    reading = read(zotero, "zotero:search/new ones")
    assert titles(reading) == ["Owls at Night"] and reading.read == {"zotero:search/New ones"}
    with pytest.raises(CatalogueError, match=r"cannot run a saved search.*Start Zotero"):
        read(web, "zotero:search/New ones")


def test_a_group_has_links_of_its_own() -> None:
    with filled(ZoteroServer(group=77)).running() as server:
        reading = read(server, "zotero:group/77/collection/Reefs")
        (record,) = reading.records
        assert value_of(record, "zotero") == "zotero://select/groups/77/items/PAPERONE"
        with pytest.raises(CatalogueError, match="does not have this library"):
            read(server, "zotero:group/78")


def test_a_group_on_zotero_org_may_be_the_library_of_the_settings() -> None:
    with filled(ZoteroServer(local=False, group=77)).running() as server:
        at = Connection(server.url, KEY, "groups/77")
        reading = read_zotero(at, parse_zotero("zotero:"), lambda source: ())
        assert value_of(reading.records[0], "zotero") == (
            "zotero://select/groups/77/items/PAPERONE"
        )


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"title": "RETRACTED: Owls at Night"}, "retracted"),
        ({"title": "Owls at Night [Withdrawn]"}, "withdrawn"),
    ],
)
def test_a_retraction_is_kept(
    zotero: ZoteroServer, fields: dict[str, str], status: PaperStatus
) -> None:
    zotero.add("PAPERTWO", **fields)
    assert read(zotero).records[1].status == status


def test_an_item_without_a_title_is_refused_and_the_rest_is_read(zotero: ZoteroServer) -> None:
    zotero.items["PAPERTWO"]["title"] = ""
    zotero.items["PAPERTWO"]["abstractNote"] = ""
    zotero.items["PAPERONE"]["creators"] = "nobody"
    reading = read(zotero)
    assert titles(reading) == ["Coral Reefs under Heat"]
    assert [(item.record, item.source) for item in reading.rejected] == [
        ("item PAPERTWO", "zotero:")
    ]


def fails(server: ZoteroServer, known: Sequence[Record] = ()) -> str:
    with pytest.raises(PaperchatError) as caught:
        read(server, known=known)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_each_way_not_to_get_at_zotero_says_what_to_do(zotero: ZoteroServer) -> None:
    zotero.enabled = False
    assert "tick “Allow other applications" in fails(zotero)
    zotero.enabled, zotero.old = True, True
    assert "Update it: Zotero 7" in fails(zotero)
    with pytest.raises(
        CatalogueError, match=r"Zotero is not running.*Start Zotero, or set PAPERCHA"
    ):
        read_zotero(Connection("http://127.0.0.1:9/api"), ZoteroReference(), lambda source: ())
    with pytest.raises(CatalogueError, match=r"no address of Zotero's API.*PAPERCHAT_ZOTERO_URL"):
        read_zotero(Connection("nonsense"), ZoteroReference(), lambda source: ())


def test_a_wrong_key_is_told(web: ZoteroServer) -> None:
    with pytest.raises(CatalogueError, match=r"does not accept the key.*settings/keys"):
        read_zotero(Connection(web.url, "wrong"), ZoteroReference(), lambda source: ())


def said(text: str) -> Fault:
    """An answer of another shape than Zotero's."""
    return Fault("status", status=200, text=text, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("where", ["limit=1&", "collections", "items/top", "itemType=note"])
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault("reset"), "broke off in the middle"),
        (Fault("half"), "broke off in the middle"),
        (Fault("garbage"), "cannot be read"),
        (said('{"no": "list"}'), "cannot be read"),
        (said("[1]"), "cannot be read"),
        (said('[{"data": 1}]'), ""),
        (Fault("status", status=500), "refuses to answer: HTTP status 500 (An error occurred)"),
        (Fault("status", status=503), "HTTP status 503"),
    ],
)  # fmt: skip
def test_a_broken_answer_changes_nothing(
    zotero: ZoteroServer, fault: Fault, told: str, where: str
) -> None:
    zotero.faults = [replace(fault, where=where)]
    if told:
        assert told in fails(zotero)
    elif where in ("items/top", "itemType=note"):
        assert "cannot be read" in fails(zotero)


def test_a_slow_zotero_is_waited_for_but_not_for_ever(
    zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyzotero.zotero.timeout", 0.5)
    zotero.faults = [Fault("slow", "items/top", seconds=0.2)]
    assert len(read(zotero).records) == 2
    zotero.faults = [Fault("slow", "items/top", seconds=0.8)]
    assert "Zotero does not answer." in fails(zotero)


def test_zotero_org_may_ask_for_a_pause(web: ZoteroServer, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    busy = Fault("status", "collections", 429, "Slow down", {"Retry-After": "7"})
    web.faults = [busy]
    assert len(read(web).records) == 2
    assert [round(seconds) for seconds in slept if seconds > 1] == [7] * len(
        [seconds for seconds in slept if seconds > 1]
    )
    assert any(seconds > 6 for seconds in slept)
    web.faults = [busy] * 3
    assert "asked too often" in fails(web)
    web.faults = [replace(busy, headers={"Retry-After": "3600"})]
    assert "Try again in 3600 seconds" in fails(web)
    web.faults = [replace(busy, headers={})]
    assert "asked too often" in fails(web)
    web.backoff, slept[:] = "5", []
    assert len(read(web).records) == 2
    assert any(seconds > 4 for seconds in slept)


def test_a_library_that_changes_meanwhile_is_read_again(zotero: ZoteroServer) -> None:
    def once(path: str) -> None:
        if "items/top" in path:
            zotero.before = None
            zotero.add("PAPERNEW", "Bats")

    zotero.before = once
    assert titles(read(zotero))[-1] == "Bats"

    def always(path: str) -> None:
        zotero.version += 1

    zotero.before = always
    assert "changes while it is read" in fails(zotero)


def test_an_unsynced_library_that_shrinks_between_two_pages_is_read_again(
    zotero: ZoteroServer,
) -> None:
    zotero.version, zotero.versions = 0, {}
    for number in range(150):
        zotero.add(f"MANY{number:04}", f"Moths of valley {number}", synced=False)

    def once(path: str) -> None:
        if "start=100" in path:
            zotero.before = None
            zotero.delete("MANY0000")

    zotero.before = once
    assert {f"Moths of valley {number}" for number in range(1, 150)} < {*titles(read(zotero))}


def test_reading_can_be_stopped(zotero: ZoteroServer) -> None:
    assert read(zotero, stop=lambda: True) == Reading()
    assert read(zotero, stop=lambda: zotero.count("items/top") > 0) == Reading()


def test_only_zoteros_own_links_are_links() -> None:
    def paper(link: str) -> Paper:
        return Paper("p", "T", "A", (), 0, "s", extra=(("zotero", link),))

    good = "zotero://select/groups/77/items/PAPERONE"
    assert paper(good).zotero == good
    for bad in (
        "javascript:alert(1)",
        good + "\n",
        good + "?x",
        "zotero://open-pdf/x",
        "",
        "ZOTERO",
    ):
        assert paper(bad).zotero is None


def test_an_item_that_is_read_twice_is_one_paper(zotero: ZoteroServer) -> None:
    zotero.add("PAPERTWO", "Owls", abstractNote="", collections=["COLLREEF"])
    twice = [*read(zotero).records, *read(zotero, "zotero:collection/Reefs").records]
    assert len(twice) == 4
    assert [paper.title for paper in merge(twice).papers] == ["Coral Reefs under Heat", "Owls"]
    zotero.add("PAPERTHR", "Owls", abstractNote="")
    assert len(merge(read(zotero).records).papers) == 3, "another item of that title"
