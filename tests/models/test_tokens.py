"""Late interaction: tokens as sign bits, stored, read back, and compared with a question's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.index.library import Library
from rag.index.token_store import TokenStore
from rag.models.tokens import PackedTokens, TokenStates, join, pack
from rag.retrieval.maxsim import maxsim
from rag.retrieval.search import retrieve

DIMENSIONS = 384


def states(count: int, seed: int) -> np.ndarray:
    raw = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def tokens(count: int, seed: int = 0) -> TokenStates:
    offsets = tuple((3 * i, 3 * i + 2) for i in range(count))
    return TokenStates("x" * 3 * count, states(count, seed), offsets)


def test_sign_bits_give_about_the_cosine() -> None:
    kept = tokens(200)
    asked = 0.8 * kept.states[:50] + 0.6 * states(50, 1)
    asked = (asked / np.linalg.norm(asked, axis=1, keepdims=True)).astype(np.float32)
    about = pack(kept, 0).cosines(asked)
    assert about.shape == (50, 200)
    assert np.abs(about - asked @ kept.states.T).max() < 0.2
    assert (about.argmax(axis=1) == np.arange(50)).all()


def test_tokens_know_their_sentence_and_the_title() -> None:
    packed = pack(tokens(4), shift=6)  # two tokens of a title, then the abstract
    assert packed.in_title.tolist() == [True, True, False, False]
    assert packed.within(0, 3).tolist() == [False, False, True, False]


def test_each_token_of_the_question_counts_once_by_its_best_match() -> None:
    cosines = np.array([[0.2, 0.8], [0.4, 0.0]], dtype=np.float32)
    assert maxsim(cosines) == pytest.approx(0.6)
    assert maxsim(cosines, np.array([3.0, 1.0], dtype=np.float32)) == pytest.approx(0.7)
    assert maxsim(cosines[:, :0]) == 0.0


def test_tokens_are_read_back_as_they_were_stored(tmp_path: Path) -> None:
    file = tmp_path / "tokens.sqlite"
    one, two = pack(tokens(5), 0), join([pack(tokens(3, 1), 3), pack(tokens(2, 2), 0)])
    with TokenStore(file, create=True) as made:
        made.replace((), {"one": one, "two": two})
    with TokenStore(file) as opened:
        found = opened.of(["two", "one", "three"])
    assert set(found) == {"one", "two"}
    for kept, back in ((one, found["one"]), (two, found["two"])):
        assert np.array_equal(kept.bits, back.bits)
        assert np.array_equal(kept.spans, back.spans)


def test_a_removed_paper_is_gone_and_a_replaced_one_is_new(tmp_path: Path) -> None:
    old, new = pack(tokens(5), 0), pack(tokens(2, 1), 0)
    with TokenStore(tmp_path / "tokens.sqlite", create=True) as index:
        index.replace((), {"kept": old, "gone": old})
        index.replace(["gone"], {"kept": new})
        found = index.of(["kept", "gone"])
    assert set(found) == {"kept"}
    assert len(found["kept"].spans) == 2


def test_more_papers_than_one_statement_takes(tmp_path: Path) -> None:
    empty = PackedTokens(np.zeros((0, DIMENSIONS // 8), np.uint8), np.zeros((0, 2), np.int32))
    names = [f"paper-{i}" for i in range(1201)]
    with TokenStore(tmp_path / "tokens.sqlite", create=True) as index:
        index.replace((), dict.fromkeys(names, empty))
        assert set(index.of(names)) == set(names)


def test_a_missing_or_foreign_file_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        TokenStore(tmp_path / "none.sqlite")
    (tmp_path / "other.sqlite").write_bytes(b"not a database at all, but long enough to be read")
    with pytest.raises(OSError, match="tokens cannot be read"):
        TokenStore(tmp_path / "other.sqlite")


def test_every_paper_of_the_index_has_tokens_and_a_title(library: Library) -> None:
    found = library.tokens.of([paper.paper_id for paper in library.papers])
    assert len(found) == len(library.papers)
    for paper in library.papers:
        packed = found[paper.paper_id]
        assert packed.in_title.any()
        assert packed.spans[:, 1].max() >= len(paper.abstract) - 2  # nothing was cut off


def test_a_question_in_other_words_finds_its_paper_by_maxsim(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "To search for clothing, how are colour and cut kept apart in one shared encoder?"
    wanted = "Conditional Cross Attention Network"

    def place() -> int:
        titles = [item.paper.title for item in retrieve(library, question, 82).ranked]
        return next(i for i, title in enumerate(titles) if title.startswith(wanted))

    with_pieces = place()
    monkeypatch.setattr("rag.retrieval.search.LATE_WEIGHT", 0.0)
    assert with_pieces == 0 < place()
