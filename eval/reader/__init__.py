"""The reader data and what the product makes of it: `python -m eval.reader`.

`data` reads the files and says which paper is trained on, fitted on or held out; `asking` asks the
engine; `figures` sums up; `roles` scores the roles of sentences.
"""
