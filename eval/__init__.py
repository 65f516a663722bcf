"""How good and how fast the answers are, measured with the product's own code.

A `Dataset` of `Case`s (`dataset`, `cases`) is answered by an `Answerer` (`engines`) and scored
(`metrics`) case by case (`runner`), summed up (`summary`, `stats`, `retrieval`), gated (`gates`)
and reported (`report`). There are also comparisons against their labels (`comparing`), retrieval on
BEIR folders (`beir`), the reader data (`reader`), attacks (`adversarial`), timings (`bench`), the
fit of the models in rag/decisions (`fit`), and recordings of all that the product answers
(`recording`).
"""
