"""Language models without weights: an endpoint's replies, scripted, over the real protocol.

``python -m eval.endpoints`` asks the question set of two of them.
"""
