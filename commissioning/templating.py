"""The Jinja2 environment of every page and letter."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, Undefined, UndefinedError

from commissioning import answer_words, form_parts, judging, wording

# Names that the component library asks for and may not be given.
_OPTIONAL_NAMES = frozenset({"baseUrl", "caller", "idPrefix", "params", "undefined"})


class Loud(ChainableUndefined):
    """Fails at once where a template uses what it was not given; the library's optional parameters, keys of a mapping, stay quiet."""

    def _fail_unless_optional(self) -> None:
        if self._undefined_name in _OPTIONAL_NAMES or isinstance(self._undefined_obj, Mapping | Undefined):
            return
        self._fail()

    def _fail(self) -> NoReturn:
        raise UndefinedError(self._undefined_message)

    def __str__(self) -> str:
        self._fail_unless_optional()
        return ""

    def __html__(self) -> str:
        return str(self)

    def __bool__(self) -> bool:
        self._fail_unless_optional()
        return False

    def __len__(self) -> int:
        self._fail_unless_optional()
        return 0

    def __iter__(self) -> Any:
        self._fail_unless_optional()
        return iter(())


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named route."""
    return reverse(name, args=args, kwargs=kwargs)


def place(name: str) -> str:
    """The address of a route that the frame of a page links to, or nothing: an error page must not fail for want of it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def is_numeric(cell: Any) -> bool:
    """Whether a table's cell is set to the right."""
    if isinstance(cell, Mapping):
        return "amount" in cell or bool(cell.get("numeric"))
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def not_indented(text: Any, *args: Any, **kwargs: Any) -> Any:
    """The text as it is, where the components ask for each line of it to be indented.

    Nobody reads a page's source, and of a long text that took more time than all else on the page.
    """
    return text


_GLOBALS = {
    "url": url,
    "place": place,
    "static": static,
    "problems": form_parts.problems,
    "row_name": form_parts.row_name,
    "span": wording.span,
}
_FILTERS = {
    "indent": not_indented,
    "date": wording.marked_date,
    "date_text": wording.date_text,
    "moment": wording.marked_moment,
    "moment_text": wording.moment_text,
    "instant": wording.marked_instant,
    "instant_text": wording.instant_text,
    "ending": wording.marked_ending,
    "ending_text": wording.ending_text,
    "days_left": wording.days_left,
    "pounds": wording.pounds,
    "plural": wording.plural,
    "sentence": wording.sentence,
    "act": wording.act_text,
    "job": wording.job_text,
    "kind_of_file": wording.kind_of_file,
    "part": form_parts.part,
    "complaints": form_parts.complaints,
    "label_text": form_parts.label,
    "what_is_asked": answer_words.what_is_asked,
    "when_it_is_asked": answer_words.when_it_is_asked,
    "rule_in_words": judging.rule_in_words,
}
_TESTS = {
    "moment_in_time": lambda value: isinstance(value, datetime),
    "day_of_year": lambda value: isinstance(value, date),
    "numeric_cell": is_numeric,
}


def environment(**options: Any) -> Environment:
    """The environment for Django's Jinja2 backend: our templates first, then the NHS.UK components."""
    options.pop("autoescape", None)
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    options["undefined"] = ChainableUndefined if settings.PRODUCTION else Loud
    made = Environment(**options, autoescape=True)
    made.globals |= _GLOBALS
    made.filters |= _FILTERS
    made.tests |= _TESTS
    return made
