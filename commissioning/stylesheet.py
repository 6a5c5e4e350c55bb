"""The NHS.UK stylesheet as it is served: without Frutiger, which is for NHS services only and comes from an outside address."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "nhsuk/css/nhsuk-frontend-10.4.2.min.css"
_FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")


def without_fonts(css: str) -> str:
    """The stylesheet less its `@font-face` rules: a browser reports each as a breach of our CSP, on every page, used or not."""
    return _FONT_FACE.sub("", css)


class NhsukStylesheet(BaseFinder):
    """Finds the one file of the NHS.UK package that the pages use, in a copy made when it is first asked for."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.source = Path(settings.NHSUK_ASSETS) / "css" / Path(NAME).name
        self.storage = FileSystemStorage(location=settings.VAR / "assets")

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing can be set wrong."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The copy's place, if it is what is asked for."""
        found = [self._copy()] if path == NAME else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """The one file."""
        self._copy()
        yield NAME, self.storage

    def _copy(self) -> str:
        """Made beside its name and then moved there, so that nobody reads half of it."""
        target = Path(self.storage.path(NAME))
        if not target.exists() or target.stat().st_mtime < self.source.stat().st_mtime:
            target.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as copy:
                copy.write(without_fonts(self.source.read_text(encoding="utf-8")))
            Path(copy.name).chmod(0o644)
            Path(copy.name).replace(target)
        return str(target)
