"""An index in shards answers as one index does, and is as durable."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from commands import Command
from hashing_embedder import HashingEmbedder
from indexes import CORPUS

from rag.engine import Engine
from rag.errors import IndexUnavailableError, InputError
from rag.index.build import sharded
from rag.index.generations.generations import IndexFolder
from rag.index.library import Library
from rag.index.shards.fan_out import Shard, ShardDownError
from rag.index.shards.layout import lexical_of, members_of, shard_of, shard_roots
from rag.index.shards.level import FIELDS, lengths_of
from rag.index.words.keys import NAME, TITLE_WORD, VENUE, WORD
from rag.index.words.lexical import LexicalIndex
from rag.settings import CHECKOUT, load_settings
from rag.types import EVERYTHING, Filter, Scope

QUERIES = (
    "neural fields in robotics",
    "Which transformer needs the fewest parameters?",
    "attention for segmentation of images",
    "convex bodies and measures",
    "masses of galaxies",
    "the spectrum of an operator",
)
SCOPES = (
    EVERYTHING,
    Scope(filter=Filter(2004, 2011)),
    Scope(filter=Filter(authors=("Ada Byron",))),
    Scope(filter=Filter(2002, venues=("Letters",), authors=("Ada Byron", "Emmy Noether"))),
)
OTHERS = 260


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The delivered corpus, and a file with some hundreds of other papers."""
    file = tmp_path_factory.mktemp("papers") / "others.jsonl"
    with (CHECKOUT / "data" / "reader" / "train.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, OTHERS)]
    file.write_text(
        "\n".join(
            json.dumps(
                {
                    "title": row["title"],
                    "abstract": " ".join(row["sentences"]),
                    "year": 2000 + number % 20,
                    "authors": [("Ada Byron", "Emmy Noether", "Lise Meitner")[number % 3]],
                    "journal": ("River Letters", "Nature")[number % 2],
                }
            )
            for number, row in enumerate(rows)
        )
    )
    return [CORPUS, file]


Opened = Callable[[int], Engine]


@pytest.fixture(scope="module")
def opened(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """The same papers in any number of shards; some are hidden."""
    folder = tmp_path_factory.mktemp("indexes")
    made: dict[int, Engine] = {}

    def engine_of(shards: int) -> Engine:
        if shards not in made:
            settings = load_settings(index=folder / str(shards), llm="quotes")
            engine = Engine(settings, embedder=HashingEmbedder)
            engine.sync(sources, shards=shards)
            engine.remove([paper.paper_id for paper in engine.folder.papers()[10:40:6]])
            made[shards] = engine
        return made[shards]

    return engine_of


@pytest.mark.parametrize("shards", [2, 4])
def test_words_score_as_in_one_index(opened: Opened, shards: int) -> None:
    one, several = opened(1).library.lexical, opened(shards).library.lexical
    for query in QUERIES:
        assert several.full_score(query) == pytest.approx(one.full_score(query), rel=1e-9)
        for scope in SCOPES:
            wanted, found = (dict(index.search(query, 999, scope)) for index in (one, several))
            assert wanted and found == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("shards", [2, 4])
def test_papers_are_ranked_as_in_one_index(opened: Opened, shards: int) -> None:
    one, several = opened(1), opened(shards)
    for query in QUERIES:
        for scope in SCOPES:
            wanted, found = one.search(query, 20, scope), several.search(query, 20, scope)
            assert wanted
            assert [p.paper.paper_id for p in found] == [p.paper.paper_id for p in wanted]
            assert [p.score for p in found] == pytest.approx([p.score for p in wanted], abs=1e-4)
            for one_paper, same in zip(wanted, found, strict=True):
                texts, scores = zip(*((p.text, p.score) for p in one_paper.passages), strict=True)
                assert [passage.text for passage in same.passages] == list(texts)
                assert [p.score for p in same.passages] == pytest.approx(scores, abs=1e-4)


def test_figures_are_those_of_one_index(opened: Opened) -> None:
    one, several = opened(1).library, opened(4).library
    assert [paper.paper_id for paper in several.papers] == [p.paper_id for p in one.papers]
    assert several.lexical.size == one.lexical.size
    for scope in SCOPES:
        assert several.lexical.count(scope) == one.lexical.count(scope)
        wanted = one.lexical.within(scope, 999)
        assert sorted(several.lexical.within(scope, 999)) == sorted(wanted)
        assert set(several.lexical.within(scope, 3)) <= set(wanted)
    for term in one.lexical.terms(" ".join(QUERIES)):
        assert several.lexical.frequency(term) == one.lexical.frequency(term)
    for kind in (WORD, TITLE_WORD, NAME, VENUE):
        keys = dict(one.lexical.keys(kind))
        assert dict(several.lexical.keys(kind)) == keys
        few = list(keys)[:3]
        counts = several.lexical.key_counts([f"{kind}{key}" for key in few])
        assert counts == [keys[key] for key in few]
        for key in few:
            wanted = one.lexical.holders(f"{kind}{key}", 999)
            assert sorted(several.lexical.holders(f"{kind}{key}", 999)) == sorted(wanted)
    assert several.lexical.key_counts([f"{WORD}quokka"]) == [0]
    held = one.lexical.may_hold("ResNet")
    assert held and sorted(several.lexical.may_hold("ResNet")) == sorted(held)
    ids = [paper.paper_id for paper in one.papers]
    assert several.dense.paper_vectors(ids) == pytest.approx(one.dense.paper_vectors(ids))
    assert several.tokens.of(ids).keys() == one.tokens.of(ids).keys()


def test_every_shard_has_the_average_lengths_of_all(opened: Opened) -> None:
    whole = lengths_of(LexicalIndex(_generation(opened(1)) / "lexical"))
    generation = _generation(opened(4))
    assert sum(member.documents for member in members_of(generation)) == whole.documents
    for place in range(4):
        level = lengths_of(LexicalIndex(lexical_of(generation, place)))
        for field in FIELDS:
            average = level.words[field] / level.documents
            assert average == pytest.approx(whole.words[field] / whole.documents, rel=1e-4)


def test_a_shard_is_an_index_of_its_own(opened: Opened) -> None:
    for place, root in enumerate(shard_roots(opened(4).folder.root)):
        engine = Engine(load_settings(index=root, llm="quotes"), embedder=HashingEmbedder)
        assert engine.folder.faults(thorough=True) == []
        assert engine.library.papers
        assert all(shard_of(paper.paper_id, 4) == place for paper in engine.library.papers)


def test_which_shard_has_a_paper_never_changes() -> None:
    ids = ("arxiv:1706.03762", "müller-2020", "a", "b")
    assert [shard_of(paper_id, 4) for paper_id in ids] == [2, 1, 3, 1]


@pytest.fixture
def mine(tmp_path: Path) -> Engine:
    """Settings of a new index."""
    return Engine(load_settings(index=tmp_path / "i", llm="quotes"), embedder=HashingEmbedder)


def test_an_index_in_shards_follows_its_files(mine: Engine, page: Path) -> None:
    assert mine.sync([page], shards=3).added == 3
    first = _generation(mine)
    assert mine.sync([page]).unchanged == 3
    assert _generation(mine) == first, "nothing is written"
    page.write_text(page.read_text("utf-8").replace("100.6 FPS", "quokka FPS"), "utf-8")
    ledger = mine.sync([page])
    assert (ledger.updated, ledger.unchanged, ledger.papers) == (1, 2, 3)
    assert ledger.embedded < ledger.chunks
    before, after = members_of(first), members_of(_generation(mine))
    changed = [place for place in range(3) if before[place] != after[place]]
    gone = mine.folder.papers()[0]
    assert changed == [shard_of(gone.paper_id, 3)], "the other shards stay as they are"
    assert mine.search("quokka")[0].paper == gone
    mine.remove([gone.paper_id])
    assert [p.paper.paper_id for p in mine.reopened().search("quokka FPS", 5)] != []
    assert gone.paper_id not in mine.reopened().papers
    assert mine.restore([gone.paper_id]).papers == 3
    assert mine.reopened().search("quokka")[0].paper.title == gone.title


@pytest.mark.parametrize(("first", "then"), [(2, 3), (2, 1), (1, 2)])
def test_the_number_of_shards_stays(mine: Engine, page: Path, first: int, then: int) -> None:
    mine.sync([page], shards=first)
    with pytest.raises(InputError, match=f"has {first} shards?, not {then}") as told:
        mine.sync([page], shards=then)
    assert "--index" in told.value.remedy
    assert mine.sync([page], shards=first).unchanged == 3


def test_a_killed_build_goes_on_from_what_each_shard_has(
    mine: Engine, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.sync([page], shards=2)
    page.write_text(page.read_text("utf-8").replace("We ", "Today we ").replace(" a ", " one "))
    before = _generation(mine)
    seen: list[sharded.Done] = []

    def killed(*args: object, **options: object) -> sharded.Done:
        if seen:
            raise KeyboardInterrupt
        seen.append(made(*args, **options))  # type: ignore[arg-type]
        return seen[0]

    made = sharded.build_shard
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sharded, "build_shard", killed)
        mine.sync([page])
    assert seen[0].embedded
    assert _generation(mine) == before and mine.folder.faults(thorough=True) == []
    assert not any("Today" in p.abstract for p in mine.reopened().papers.values())
    ledger = mine.sync([page])
    assert ledger.embedded == ledger.chunks - seen[0].embedded
    assert mine.sync([page]).unchanged == 3


def test_a_damaged_shard_is_told_and_built_anew_alone(mine: Engine, page: Path) -> None:
    mine.sync([page], shards=2)
    members = members_of(_generation(mine))
    shard = next(member for member in members if member.papers)
    (shard.generation / "papers.jsonl").write_bytes(b"nonsense")
    [fault] = mine.folder.faults(thorough=True)
    assert fault.startswith(f"{shard.generation.parent.name}: papers.jsonl has 8 bytes")
    rebuilt = mine.rebuild()
    assert rebuilt.papers == 3 and mine.folder.faults(thorough=True) == []
    now = members_of(_generation(mine))
    assert [a == b for a, b in zip(members, now, strict=True)].count(False) == 1
    assert mine.reopened().search("FPS")


@pytest.mark.parametrize("lost", ["shard-000", "shard-002", "shard-002/CURRENT"])
def test_a_lost_shard_is_built_anew_alone(mine: Engine, page: Path, lost: str) -> None:
    mine.sync([page], shards=3)
    before = members_of(_generation(mine))
    path = mine.folder.root / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert mine.rebuild().papers == 3
    now = members_of(_generation(mine))
    assert len(now) == 3 and mine.folder.faults(thorough=True) == []
    place = int(lost[6:9])
    stay = [at for at in range(3) if at != place]
    assert [now[at] for at in stay] == [before[at] for at in stay]
    assert mine.sync([page]).unchanged == 3
    assert len(mine.reopened().papers) == 3


def test_a_shard_that_cannot_be_made_gives_one_line(mine: Engine, page: Path) -> None:
    mine.folder.root.mkdir()
    (mine.folder.root / "shard-001").touch()
    with pytest.raises(IndexUnavailableError, match="cannot be written"):
        mine.sync([page], shards=2)


def test_commands_take_shards(paperchat: Command, page: Path) -> None:
    assert paperchat("ingest", page, "--shards", 2, "--json").json["added"] == 3
    assert paperchat("status", "--json").json["index"]["papers"] == 3
    assert "not 4" in paperchat("ingest", page, "--shards", 4).error
    assert paperchat("ingest", page, "--shards", 0).status == 2


class _Down:
    """A shard whose every call fails."""

    def __getattr__(self, name: str) -> object:
        raise ShardDownError


def test_answers_say_which_papers_were_searched(opened: Opened) -> None:
    engine = opened(4).reopened()
    library: Library = engine.library
    assert library.shards is not None
    whole = engine.ask("What are neural fields?")
    assert whole.reach is None and not whole.notes
    shards: list[Shard] = list(library.shards.shards)
    library.shards.shards = [_Down(), *shards[1:]]  # type: ignore[list-item]
    answer = engine.ask("What are neural fields?")
    papers = library.shards.papers
    assert answer.reach is not None
    assert (answer.reach.searched, answer.reach.papers) == (sum(papers[1:]), sum(papers))
    assert answer.notes[-1] == (
        f"Only {sum(papers[1:])} of {sum(papers)} papers were searched: "
        "1 shard of the index does not answer"
    )
    assert all(shard_of(item.paper_id, 4) for item in answer.retrieved)
    ids = list(engine.papers)[:4]
    assert len(engine.compare(ids).papers) == 4, "papers of the lost shard have empty cells"
    library.shards.shards = shards
    again = engine.ask("What are neural fields?")
    assert (again.answer, again.retrieved, again.reach) == (whole.answer, whole.retrieved, None)


def _generation(engine: Engine) -> Path:
    generation = IndexFolder(engine.folder.root).current()
    assert generation is not None
    return generation
