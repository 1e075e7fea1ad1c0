"""Text for students, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The same thing said in both languages of a course.

    Attributes
    ----------
    en, zh : str
        English and Simplified Chinese, each written for its own readers.
    """

    en: str
    zh: str

    def __str__(self) -> str:
        """Both languages, English first."""
        return f"{self.en}\n\n{self.zh}"

    @classmethod
    def lines(cls, parts: Iterable[Text]) -> Text:
        """Put several texts under each other, language by language.

        Parameters
        ----------
        parts : iterable of Text

        Returns
        -------
        Text
        """
        parts = tuple(parts)
        return cls("\n".join(part.en for part in parts), "\n".join(part.zh for part in parts))
