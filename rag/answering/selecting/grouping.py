"""Groups the papers of an overview by what they have in common."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.selecting.groups import Group
from rag.index.library import Library
from rag.retrieval.explore.cluster_labels import label_clusters
from rag.types import Evidence

_FEWEST = 5  # papers; fewer are one group
_PER_GROUP = 3


def grouped(library: Library, evidence: Sequence[Evidence]) -> tuple[Group, ...]:
    """The evidence, one sentence a paper, in groups of similar papers with key phrases as headings.

    Groups are those of average linkage on the papers' vectors. A paper that is alone, or whose
    group has nothing in common, comes at the end without a heading.
    """
    if len(evidence) < _FEWEST:
        return (Group(evidence=tuple(item.number for item in evidence)),)
    from scipy.cluster.hierarchy import fcluster, linkage

    papers = [item.paper for item in evidence]
    vectors = library.dense.paper_vectors([paper.paper_id for paper in papers])
    wanted = round(len(papers) / _PER_GROUP)
    found = fcluster(linkage(vectors, "average", "cosine"), wanted, "maxclust")
    labels = [sorted(set(found)).index(label) for label in found]
    names = label_clusters([(paper.title, paper.abstract) for paper in papers], labels)
    members: dict[int, list[int]] = {}
    for item, label in zip(evidence, labels, strict=True):
        members.setdefault(label, []).append(item.number)
    groups, alone = [], []
    for label, numbers in members.items():
        if len(numbers) > 1 and names[label].words:
            groups.append(Group(names[label].name, tuple(numbers)))
        else:
            alone += numbers
    if alone:
        groups.append(Group("Also" if groups else "", tuple(sorted(alone))))
    return tuple(groups)
