"""A sentence that exists in both languages. Rows of the tables in code carry these; templates use gettext."""

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Simplified Chinese and English; `str()` gives the reader's language."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "zh").startswith("en") else self.zh

    def format(self, **values: object) -> "Text":
        """The same text with its placeholders filled; values that are Text follow the language."""
        return Text(
            self.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
            self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )
