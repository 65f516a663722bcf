"""Answers small talk, and questions about the program itself.

Which line answers is decided by written examples (`examples/*.txt`): the group whose examples are
nearest to the message has the line.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.answering.telling.examples import examples_for
from rag.answering.telling.told import Collection, Told
from rag.answering.telling.writing import bullets, names, number_of
from rag.index.library import Library
from rag.query.query import QueryText
from rag.text.characters.escaping import as_markdown

_QUESTIONS = 3
# Further from all examples than this, a message gets the plain line.
_FAR = 0.42

_TALK: Mapping[str, str] = {
    "greeting": "Hello, good to see you!",
    "thanks": "You're welcome.",
    "bye": "Goodbye, and see you soon.",
    "praise": "Thank you, I'm glad to hear that.",
    "insult": "I'm sorry that I was no help. Perhaps another wording works better.",
    "down": "That sounds hard. I hope it gets easier soon.",
    "cheer": "That is good to hear. I wish you all the best with it!",
    "wishes": "Thank you, the same to you!",
    "robot": "I'm a program, not a person: I look for sentences in paper abstracts and quote them.",
    "how_are_you": "I'm fine, thank you, and I hope you are too.",
    "joke": "I only repeat what papers say, and their abstracts are short of jokes.",
    "love": "That is kind of you. I'm only a program, but a willing one.",
    "name": "I'm paperchat, a program that answers from the abstracts of papers.",
    "okay": "All right.",
    "never_mind": "No problem.",
    "sorry": "No problem at all.",
    "wait": "Take your time.",
    "laugh": "Good to hear you laugh.",
    "present": "Yes, I'm here.",
    "small_life": "I'm a program, so there is little to tell about me.",
    "world": "I know only the papers in this collection, so I cannot say much about that.",
}
_PLAIN = "I'm best at answering from the papers in this collection."
# After these nothing more is wanted.
_ONE_LINE = ("thanks", "bye", "never_mind", "sorry", "wait")

_HELP: Mapping[str, str] = {
    "abilities": (
        "I answer questions about a collection of paper abstracts, with the sentences that I rely "
        "on. I can explain what a paper does or found, list and count papers on a topic, compare "
        "papers, sum up a field, and say who wrote a paper and when."
    ),
    "how_to": (
        "Type a question in plain words, as you would ask a colleague, and press Enter. Every "
        "sentence of the answer has a number: click it to see the quote in the abstract. "
        "You can go on with “tell me more”, “the second one” or “compare them”."
    ),
    "what_to_ask": (
        "Ask what a paper does, what it found or which data it used; which papers are about a "
        "topic, and how many; how two papers differ; or what is known in a field."
    ),
    "whole_paper": (
        "No, I read titles and abstracts only, not the whole papers with their figures and tables. "
        "If an abstract does not say something, the paper itself still may; the number after a "
        "sentence leads to its source."
    ),
    "sources": (
        "My answers come from the abstracts in this collection and from nowhere else. I look for "
        "the papers nearest to your question, by words and by meaning, and choose the sentences "
        "that answer. The number after a sentence leads to its quote, word for word."
    ),
    "trust": (
        "Every sentence stands beside its verbatim quote from an abstract and is checked against "
        "it, so you can see for yourself. I may still pick the wrong paper or miss one, and an "
        "abstract may be wrong: for anything that matters, read the paper."
    ),
    "add_papers": (
        "Yes. Drop your files on the Library page (BibTeX, RIS, PubMed, Excel, JSON and more), or "
        "run `paperchat ingest library.bib`. It takes abstracts rather than PDFs. What you added "
        "can be taken out there, too."
    ),
    "privacy": (
        "Papers and questions stay on this machine, and conversations in your browser. Nothing "
        "leaves it unless you set up a language model's endpoint, which then gets your questions "
        "and abstracts, or fetch papers from a catalogue. It also works offline."
    ),
    "internet": (
        "No, I know only the papers in this collection and do not search the internet. On the "
        "Library page you can add papers from arXiv and Crossref."
    ),
    "languages": (
        "English works best, as I match your words with the abstracts. In other languages I find "
        "names, acronyms and numbers; with a language model I translate the question. "
        "Quotes stay in the language of the abstract."
    ),
    "no_answer": (
        "If no abstract answers, I say so and show what comes nearest: I read abstracts only, "
        "and much stands only in the papers themselves. Other words, or the name of a paper, "
        "often help."
    ),
    "export": (
        "Under each answer you can copy it with its citations or download it as a web page or "
        "JSON. A paper's card has its reference in BibTeX and APA, and comparisons leave as tables."
    ),
    "filter": (
        "Use the Filter button for authors, years, venues, tags and files, or say it in the "
        "question: “papers by Müller since 2020”. Plain words do; AND, OR and NOT are not needed."
    ),
    "memory": (
        "Follow-up questions work within a conversation, and your conversations are kept in this "
        "browser only. Start a new one from the list of conversations, where you can also delete "
        "them."
    ),
    "limits": (
        "I find and quote what paper abstracts say. I do not write essays or code, draw figures, "
        "or give medical, legal or other advice, and what no abstract says I cannot tell."
    ),
    "model": (
        "I'm paperchat, an open-source program. A small model made for it reads papers and "
        "questions; sentences are quoted, or worded by a language model if one is set up: "
        "the Settings page says which. I answer only from the abstracts here."
    ),
    "cost": (
        "It is free and needs no account: paperchat is open source (MIT licence) and runs on the "
        "computer on which it was started. A question may be as long as a page."
    ),
    "typing": (
        "Write as you like: keywords or whole questions, with or without capitals. Slips in the "
        "papers' own words are mended, and I say so. You may ask two things at once."
    ),
    "speed": (
        "Quotes take less than a second. A language model on this computer takes longer to word "
        "them; without one, or with a faster endpoint (Settings page), it is quicker."
    ),
}


def is_talk(message: QueryText) -> bool:
    """Whether a message that seems to be small talk is like any of the examples."""
    return examples_for("small_talk", message.library.embedder).nearest(message).score >= _FAR


def small_talk(message: QueryText, collection: Collection, *, one_line: bool) -> Told:
    """A friendly line; unless that is all that is wanted, what there is to ask about."""
    nearest = examples_for("small_talk", message.library.embedder).nearest(message)
    known = nearest.score >= _FAR
    line = _TALK[nearest.group] if known else _PLAIN
    if one_line or (known and nearest.group in _ONE_LINE):
        return Told(line)
    return Told(_joined(f"{line} {held(collection.library)}", invitation(collection)))


def help_with(message: QueryText, collection: Collection, *, one_line: bool) -> Told:
    """What the program can do, or that part of it which is asked about."""
    nearest = examples_for("help", message.library.embedder).nearest(message)
    group = nearest.group if nearest.score >= _FAR else "abilities"
    if one_line:
        return Told(_HELP[group])
    return Told(_joined(_HELP[group], held(collection.library), invitation(collection)))


def held(library: Library) -> str:
    """What the collection holds, in one sentence."""
    count = len(library.papers)
    if not count:
        return "This collection is still empty: add papers on the Library page."
    about = f", for example on {names(library.topics)}" if library.topics else ""
    return f"This collection holds {number_of(count)}{about}."


def invitation(collection: Collection, most: int = _QUESTIONS) -> str:
    """Questions that the papers answer, as a list; empty if there are none."""
    questions = collection.questions(most)
    listed = bullets(as_markdown(question) for question in questions)
    return f"You could ask:\n\n{listed}" if questions else ""


def _joined(*blocks: str) -> str:
    return "\n\n".join(filter(None, blocks))
