"""The language model for one answer: once it fails, quotes stand in, and the reader is told why."""

from __future__ import annotations

import time
from dataclasses import replace

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.types import Answer, Fallback, ModelChoice

# Of the time for an answer: nothing can be shown before the question is understood.
_UNDERSTANDING = 0.3
_INSTEAD = "Answered as in quotes mode, because the language model failed: {}"
_IN_PART = "The language model failed before it was done; what it said and was checked stands: {}"


class Helper:
    """The language model of one answer, which may take as long as the endpoint's deadline says.

    ``fault`` is its first failure. Use it in one thread.
    """

    def __init__(self, chosen: ModelChoice, chat: ChatModel | None) -> None:
        began = time.monotonic()
        self.fault: EndpointError | None = None
        self._chosen = chosen
        self._kept = False
        self._model = self._hasty = chat
        if chat is not None:
            self._model = chat.until(began + chat.endpoint.deadline_s)
            self._hasty = chat.until(began + _UNDERSTANDING * chat.endpoint.deadline_s)

    @property
    def chat(self) -> ChatModel | None:
        """The model; None once it has failed."""
        return None if self.fault else self._model

    @property
    def to_understand(self) -> ChatModel | None:
        """The model, for the part of the time that understanding the question may take."""
        return None if self.fault else self._hasty

    def failed(self, fault: EndpointError, *, kept: bool = False) -> None:
        """Do not ask it again for this answer; ``kept``: there are sentences of it nevertheless."""
        self.fault, self._kept = fault, kept

    @property
    def choice(self) -> ModelChoice:
        """What the answer is by."""
        if self.fault is not None and not self._kept:
            return ModelChoice("quotes", "none", self.notes[0])
        known = self._model.known_name if self._model is not None else ""
        return replace(self._chosen, model=self._chosen.model or known)

    @property
    def notes(self) -> tuple[str, ...]:
        """One line on why quotes stand in; none if they do not."""
        if self.fault is None:
            return ()
        return ((_IN_PART if self._kept else _INSTEAD).format(self.fault),)

    def explained(self, answer: Answer) -> Answer:
        """The answer, with the reason if quotes stand in."""
        if self.fault is None:
            return answer
        why = Fallback(self.fault.fault, self.fault.what, self.fault.remedy)
        return replace(answer, notes=(*answer.notes, *self.notes), fallback=why)
