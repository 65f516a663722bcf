"""One size and its sides: paperchat, and the stores and embedders that others have."""
