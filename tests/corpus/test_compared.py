"""A merge that remembers what was compared gives what merging everything anew gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_merge import ABSTRACT, NAMES, OTHER, TITLE, ids, record

from rag.corpus.dedupe import candidates
from rag.corpus.dedupe import merge as merging
from rag.corpus.dedupe.candidates import block_keys, number_of
from rag.corpus.dedupe.compared import NOTHING, RULES, fingerprint, load_compared
from rag.corpus.dedupe.keys import MatchKeys
from rag.corpus.dedupe.matching import same_paper
from rag.corpus.dedupe.merge import MergedRecords, merge
from rag.corpus.dedupe.paper_ids import KnownIds
from rag.corpus.papers import own_urls
from rag.corpus.record import Record

_TITLES = (
    TITLE,
    "Extreme Lightweight Portrait Segmentation Network",
    "Extreme Lightweight Portrait Segmentation of Hands",
    "Editorial",
    "Erratum to: Extreme Lightweight Portrait Segmentation Networks",
    "Sediment in Forty Rivers of the North",
    "Sediment in Forty Rivers of the South",
)
_ABSTRACTS = ("", ABSTRACT, ABSTRACT[:-40], f"{ABSTRACT} See https://a.org/b.", OTHER)
_IDENTIFIERS = (ids(), ids(doi="10.1/a"), ids(doi="10.1/b"), ids(arxiv="2401.1", doi="10.1/a"))


def some_record(random: Random) -> Record:
    return record(
        random.choice(_TITLES),
        random.choice(_ABSTRACTS),
        str(random.randrange(99)),
        authors=random.choice(((), NAMES, NAMES[:1], ("Ida Rhodes",))),
        year=random.choice((None, 2019, 2020, 2024)),
        identifiers=random.choice(_IDENTIFIERS),
        status=random.choice(("", "", "", "retracted")),
    )


def edited(records: list[Record], random: Random) -> list[Record]:
    """The records after some came, went, changed or moved."""
    left = [one for one in records if random.random() > 0.2]
    left = [replace(one, place="moved") if random.random() < 0.2 else one for one in left]
    for _ in range(random.randrange(4)):
        left.insert(random.randint(0, len(left)), some_record(random))
    if random.random() < 0.2:
        random.shuffle(left)
    return left


@pytest.mark.parametrize("largest", [3, 40])  # blocks above it are compared in part
def test_remembering_changes_no_result(largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_LARGEST_BLOCK", largest)

    @settings(max_examples=60)
    @given(st.randoms(use_true_random=False))
    def check(random: Random) -> None:
        records: list[Record] = []
        last = MergedRecords((), ())
        for _ in range(4):
            known = KnownIds(zip(records, last.paper_ids, strict=True))
            records = edited(records, random)
            last, anew = merge(records, known, last.compared), merge(records, known)
            assert last == anew

    check()


def test_only_new_records_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[Record]] = []

    def counted(one: MatchKeys, other: MatchKeys) -> bool:
        seen.append({one.record, other.record})
        return same_paper(one, other)

    monkeypatch.setattr(merging, "same_paper", counted)
    random = Random(7)
    records = list({fingerprint(one): one for one in map(some_record, [random] * 40)}.values())
    before = merge(records).compared
    assert seen
    seen.clear()
    moved = [replace(one, source="/papers/b.bib", place="7") for one in records]
    merge(moved, before=before)
    assert not seen
    new = record("Extreme Lightweight Portrait Segmentation in Rivers", OTHER, authors=NAMES)
    merge([*records[:9], new, *records[9:]], before=before)
    assert seen
    assert all(new in pair for pair in seen)


def test_a_pair_that_a_conflict_kept_apart_is_compared_when_the_conflict_is_gone() -> None:
    bare, other = record(), record(identifiers=ids(doi="10.1/b"))
    every = [bare, record(identifiers=ids(doi="10.1/a")), other]
    before = merge(every)
    assert before.paper_ids[0] == before.paper_ids[1] != before.paper_ids[2]
    assert len(merge([bare, other], before=before.compared).papers) == 1


def test_a_pair_that_a_large_block_left_out_is_compared_when_it_is_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "_LARGEST_BLOCK", 3)
    one = record("Extreme lightweight portrait segmentation networks", "", authors=NAMES)
    same = record("Extreme lightweight portrait segmentation netwarks", "", authors=NAMES[::-1])
    others = [record(f"Extreme lightweight {what}", "") for what in ("hands", "birds in trees")]
    before = merge([others[0], one, others[1], same])
    assert len(before.papers) == 4
    assert len(merge([others[0], one, same], before=before.compared).papers) == 2


def test_a_papers_id_stays_when_all_its_keys_become_those_of_others() -> None:
    one = record("Editorial", "", authors=NAMES, year=2019)
    known = KnownIds([(one, "an-older-id")])
    other = record("Editorial", "", authors=("Ida Rhodes",))
    assert merge([other, one], known).paper_ids[1] == "an-older-id"


def test_what_was_compared_is_read_again_unless_it_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "compared"
    assert load_compared(file) is NOTHING
    random = Random(1)
    written = merge([some_record(random) for _ in range(20)]).compared
    written.save(file)
    read = load_compared(file)
    for name in ("prints", "keys", "pairs", "outcomes"):
        assert (getattr(read, name) == getattr(written, name)).all()
    assert len(read.pairs)
    assert read.links == written.links != {}
    content = file.read_bytes()
    for at in (5, len(content) // 2, len(content) - 1):
        file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert load_compared(file) is NOTHING
    file.write_bytes(content[:-9])
    assert load_compared(file) is NOTHING


def test_what_cannot_be_saved_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Path, data: bytes) -> None:
        with file.open("wb") as opened:
            opened.write(data[:100])
        raise OSError(28, "No space left on device")

    written = merge([some_record(Random(1))]).compared
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        written.save(tmp_path / "compared")
    assert list(tmp_path.iterdir()) == []


def test_a_fingerprint_has_all_that_decides() -> None:
    one = record(authors=NAMES, year=2020)
    others = [
        replace(one, title="Rivers"),
        replace(one, abstract=OTHER),
        replace(one, authors=NAMES[:1]),
        replace(one, year=2021),
        *(replace(one, identifiers=names) for names in _IDENTIFIERS[1:]),
    ]
    prints = [fingerprint(other) for other in others]
    assert len({fingerprint(one), *prints}) == len(others) + 1
    assert fingerprint(replace(one, place="9", source="b", tags=("a",))) == fingerprint(one)


def test_other_rules_have_another_number() -> None:
    """What was compared by older rules is forgotten only if `RULES` is another number."""
    random = Random(3)
    records = [MatchKeys(some_record(random)) for _ in range(60)]
    keys = [block_keys(one) for one in records]
    same = [same_paper(one, other) for one in records for other in records]
    urls = [own_urls(abstract) for abstract in (*_ABSTRACTS, f"{OTHER} Click on https://a.org.")]
    found = number_of(repr((keys, same, urls)))
    told = "the rules are others now: raise RULES, and put both here"
    assert (RULES, found) == (1, 12982361336139904912), told
