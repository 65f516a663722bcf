"""Chinese and Japanese without spaces."""

from __future__ import annotations

from rag.text.cjk import in_pairs


def test_runs_are_pairs() -> None:
    assert in_pairs("湖水变暖 in 2020, 鱼类").split() == [
        "湖水",
        "水变",
        "变暖",
        "in",
        "2020,",
        "鱼类",
    ]
    assert in_pairs("カメの歩き") == " カメ メの の歩 歩き "
    assert in_pairs("plain α") == "plain α"
