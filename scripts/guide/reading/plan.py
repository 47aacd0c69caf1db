"""My plan: questions, their answers, and the parts of the guide that a reader with these answers needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from guide.data import NAME, Strict

When = Annotated[list[str], Field(default_factory=list)]  # keys of answers; no answer to a question: any will do
Keys = tuple[str | int, ...]  # which lead to a place in the front matter


class Answer(Strict):
    """An answer as the reader chooses it; `means` goes on from "Only if"."""

    key: Annotated[str, StringConstraints(pattern=NAME)]
    answer: str
    means: str


class Question(Strict):
    """A question with the answers to choose from."""

    question: str
    answers: list[Answer]


class Target(Strict):
    """A page, from docs/, with the heading or tab where the part begins."""

    to: str
    minutes: Annotated[int, Field(ge=1)]
    when: When


class Part(Strict):
    """A part of a plan: a page, or several of which the answers leave one."""

    part: str
    why: str
    when: When
    pages: Annotated[list[Target], Field(min_length=1)]


class Plan(Strict):
    """All questions and parts. An answer takes away what is for other answers to its question, and nothing else."""

    questions: list[Question]
    parts: Annotated[list[Part], Field(min_length=1)]

    def hides(self, when: Collection[str]) -> set[str]:
        """Return the answers that take away what has this condition."""
        asked = [{answer.key for answer in question.answers} for question in self.questions]
        return {key for keys in asked if keys & {*when} for key in keys - {*when}}

    @property
    def said(self) -> Iterator[tuple[Keys, str, list[str]]]:
        """All that is read in it, with the keys that lead there, and the pages to which it leads."""
        for i, question in enumerate(self.questions):
            yield ("plan", "questions", i), question.question, []
            for j, answer in enumerate(question.answers):
                yield ("plan", "questions", i, "answers", j), f"{answer.answer}. Only if {answer.means}.", []
        for i, part in enumerate(self.parts):
            yield ("plan", "parts", i, "why"), part.why, []
            for j, page in enumerate(part.pages):
                yield ("plan", "parts", i, "pages", j), part.part, [page.to]
