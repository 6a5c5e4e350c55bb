"""What every page shares: it begins from the viewer, and an act is a form that calls the act."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, reduce
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.views.generic import TemplateView

from commissioning import clock
from commissioning.form_fields import TextForm
from commissioning.models import Record, TrailEntry, User
from commissioning.moves import ask_whether_may
from commissioning.refusals import Gone, Refused


class ActForm(TextForm):
    """The form of one act: its cleaned data are the act's keyword arguments."""

    def __init__(self, *args: Any, record: Any = None, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record, self.user = record, user
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values from the record."""

    def as_act(self) -> dict[str, Any]:
        """The act's keyword arguments."""
        return self.cleaned_data


def _always(record: Any, at: datetime) -> bool:
    return True


def _never(record: Any, user: Any, at: datetime) -> bool:
    return False


@dataclass(frozen=True)
class Act:
    """An act as a page: what it is called, what it asks, and when it is worth offering.

    `when` and `unless` (this person has done their part) only spare people a button that would be refused; the act itself decides.
    """

    action: Callable[..., Any]
    title: str
    intro: str = ""
    button: str = ""
    form: type[ActForm] = ActForm
    done: str = ""
    when: Callable[[Any, datetime], bool] = _always
    unless: Callable[[Any, Any, datetime], bool] = _never
    primary: bool = True
    template: str = "layouts/act.html"

    @property
    def verb(self) -> str:
        """The act's name in code."""
        return self.action.__name__

    @property
    def slug(self) -> str:
        """The act's name in addresses."""
        return self.verb.replace("_", "-")

    def is_offered(self, record: Any, user: Any, at: datetime) -> bool:
        """Whether this person could carry it out now, as far as can be told before trying.

        The status counts only where the act moves the record itself; of an act that begins or moves another, `when` has to tell.
        """
        arrow = record.MOVES.get(self.verb)
        startable = arrow is None or arrow.may_start_from(getattr(record, "status", None))
        may = startable and self.when(record, at) and user.has_perm(f"{record._meta.app_label}.{self.verb}", record)
        return may and not self.unless(record, user, at)


class Page(TemplateView):
    """A page; `title` is its heading."""

    title: ClassVar[str] = ""

    @cached_property
    def at(self) -> datetime:
        """The one moment at which the page is drawn."""
        return clock.now()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page's heading and moment."""
        return {"title": self.title, "at": self.at, **super().get_context_data(**kwargs)}


def signed_in(request: HttpRequest) -> User:
    """Who has signed in; PermissionDenied if nobody has."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user


class OwnPage(LoginRequiredMixin, Page):
    """A page for people who have signed in."""

    @property
    def person(self) -> User:
        """Who has."""
        return signed_in(self.request)


class ListPage(Page, ABC):
    """A keyset list of the records that the viewer may see, newest first unless `order` says otherwise.

    `order` is a moment field, by which and then by id the rows are sorted, descending; or with `ascending` a text field
    of the record or of what it points to, from A to Z.
    """

    model: ClassVar[Any]
    order: ClassVar[str] = "created_at"
    ascending: ClassVar[bool] = False
    page_size: ClassVar[int] = 25
    template_name = "layouts/list.html"
    columns: ClassVar[Sequence[str]] = ()
    empty: ClassVar[str] = "There is nothing here yet."
    filter_class: ClassVar[Any] = None

    def get_queryset(self) -> Any:
        """What the viewer may see."""
        return self.model.objects.visible_to(self.request.user)

    @abstractmethod
    def row(self, record: Any) -> Sequence[Any]:
        """The record's cells, one for each column."""

    @cached_property
    def filters(self) -> Any:
        """The filter set, bound to the query string, if the list has one."""
        return self.filter_class(self.request.GET, self.get_queryset(), request=self.request) if self.filter_class else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of rows, and the way to the next."""
        records = self.filters.qs if self.filters else self.get_queryset()
        sign = "" if self.ascending else "-"
        window = list(self._after_cursor(records).order_by(f"{sign}{self.order}", f"{sign}id")[: self.page_size + 1])
        shown = window[: self.page_size]
        return {
            **super().get_context_data(**kwargs),
            "columns": self.columns,
            "records": shown,
            "rows": [self.row(record) for record in shown],
            "empty": self.empty,
            "filters": self.filters.form if self.filters else None,
            "page": {"previous_href": self._href(None) if "after" in self.request.GET else "", "next_href": self._next(window, shown)},
        }

    def _after_cursor(self, records: Any) -> Any:
        text, _, pk = self.request.GET.get("after", "").rpartition("_")
        try:
            start, last = text if self.ascending else clock.in_our_years(parse_datetime(text)), UUID(pk)
        except ValueError:
            return records
        if not start or "\x00" in text or (isinstance(start, datetime) and start.tzinfo is None):
            return records
        beyond = "gt" if self.ascending else "lt"
        return records.filter(Q(**{f"{self.order}__{beyond}": start}) | Q(**{self.order: start, f"id__{beyond}": last}))

    def _next(self, window: list[Any], shown: list[Any]) -> str:
        if len(window) <= len(shown):
            return ""
        last = shown[-1]
        start: Any = reduce(getattr, self.order.split("__"), last)
        return self._href(f"{start if self.ascending else start.isoformat()}_{last.pk}")

    def _href(self, after: str | None) -> str:
        query = self.request.GET.copy()
        query.pop("after", None)
        if after:
            query["after"] = after
        return f"{self.request.path}?{query.urlencode()}"


class RecordPage(Page):
    """A record's workspace: its facts, what the viewer can do now, and its trail if they may read it."""

    model: ClassVar[Any]
    acts: ClassVar[Sequence[Act]] = ()
    related: ClassVar[Sequence[str]] = ()
    # Verbs that happen so often that they would drown the others; the whole trail has them.
    left_out: ClassVar[Sequence[str]] = ()

    @cached_property
    def record(self) -> Any:
        """The record, if the viewer may see it; else the same 404 as for nothing."""
        return find_visible(self.model, self.request.user, self.kwargs["pk"], self.related)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record, the acts open to the viewer, and the trail."""
        return {
            **super().get_context_data(**kwargs),
            "title": str(self.record),
            "record": self.record,
            "acts": offered(self.acts, self.record, self.request.user, self.at),
            "trail": self.trail(),
        }

    def trail(self) -> list[TrailEntry]:
        """The latest entries of the record's docket, if the viewer may read them."""
        keeper = self.record.docket_keeper()
        if not self.request.user.is_authenticated or not type(keeper).objects.trail_readable_by(self.request.user).filter(pk=keeper.pk).exists():
            return []
        entries = TrailEntry.objects.filter(docket_id=keeper.docket_id).exclude(verb__in=self.left_out)
        return list(entries.order_by("-number")[:50])


def find_visible(model: Any, user: Any, pk: UUID, related: Sequence[str] = ()) -> Any:
    """The record, if this person may see it; Http404 otherwise."""
    return get_object_or_404(model.objects.visible_to(user).select_related(*related), pk=pk)


def offered(acts: Iterable[Act], record: Any, user: Any, at: datetime) -> list[dict[str, Any]]:
    """Links to the acts that this person could carry out on the record now."""
    if not user.is_authenticated:
        return []
    return [
        {"title": act.title, "href": act_href(record, act), "primary": act.primary, "verb": act.verb}
        for act in acts
        if act.is_offered(record, user, at)
    ]


def act_href(record: Record, act: Act) -> str:
    """The address of the act's page for this record."""
    return reverse(f"{record._meta.model_name}:{act.verb}", args=[record.pk])


class ActPage(LoginRequiredMixin, Page):
    """One act on one record: a form that calls it. A refusal shows its sentence and keeps what was typed."""

    model: ClassVar[Any]
    act: ClassVar[Act]

    @cached_property
    def record(self) -> Any:
        """The record, if the viewer may see it."""
        return find_visible(self.model, self.request.user, self.kwargs["pk"])

    def get_template_names(self) -> list[str]:
        """The act's own template."""
        return [self.act.template]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A stranger gets 404, somebody without the right 403."""
        if request.user.is_authenticated:
            self._require_may(signed_in(request))
        return super().dispatch(request, *args, **kwargs)

    def _require_may(self, user: User) -> None:
        """Who may not act does not get the form; who sends it all the same is on the trail, as at the door."""
        if user.has_perm(f"{self.record._meta.app_label}.{self.act.verb}", self.record):
            return
        if self.request.method == "POST" and not self.record._state.adding:
            ask_whether_may(self.record, self.act.verb, by=user)
        raise PermissionDenied("You may not do this.")

    def bound_form(self) -> ActForm:
        """The act's form, with what was typed if anything was."""
        data = (self.request.POST, self.request.FILES) if self.request.method == "POST" else (None, None)
        return self.act.form(*data, record=self.record, user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The act, its form and the way back."""
        context = {"form": None, "refusal": None, **super().get_context_data(**kwargs)}
        context["form"] = context["form"] or self.bound_form()
        return {**context, "title": self.act.title, "act": self.act, "record": self.record, "cancel_href": self.record.get_absolute_url()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Carry the act out, or show what stands in its way."""
        form = self.bound_form()
        if not form.is_valid():
            return self.again(form, status=400)
        try:
            result = self.carry_out(form)
        except ValidationError as error:
            add_errors(form, error)
            return self.again(form, status=getattr(error, "status", 400))
        except Refused as refusal:
            return self.again(form, status=412 if isinstance(refusal, Gone) else 409, refusal=str(refusal))
        if self.act.done:
            messages.success(request, self.act.done)
        return redirect(self.where_to(result))

    def carry_out(self, form: ActForm) -> Any:
        """What the act brings about."""
        return self.act.action(self.record.pk, by=self.request.user, **form.as_act())

    def again(self, form: ActForm, *, status: int, refusal: str | None = None) -> HttpResponse:
        """The form as it was filled in, with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form, refusal=refusal), status=status)

    def where_to(self, result: Any) -> str:
        """The page of what the act brought about, or of the record."""
        return (result.get_absolute_url() if isinstance(result, Record) else "") or self.record.get_absolute_url()


class BeginPage(ActPage):
    """An act that brings a record about, out of nothing; `cancel` names the route back."""

    cancel: ClassVar[str] = "desk"

    @cached_property
    def record(self) -> Any:
        """None is there yet: what the form asks about is a blank one."""
        return self.model()

    def carry_out(self, form: ActForm) -> Any:
        """What the act brings about."""
        return self.act.action(by=self.request.user, **form.as_act())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The act and its form."""
        return {**super().get_context_data(**kwargs), "record": None, "cancel_href": reverse(self.cancel)}


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put the act's complaints beside the fields that they name."""
    for name, complaints in getattr(error, "error_dict", {None: error.error_list if hasattr(error, "error_list") else [error]}).items():
        form.add_error(name if name in form.fields else None, complaints)


def act_paths(model: Any, acts: Iterable[Act]) -> list[URLPattern]:
    """A route for each act: `<uuid>/<verb-with-hyphens>/`."""
    return [path(f"<uuid:pk>/{act.slug}/", _page_of(model, act).as_view(), name=act.verb) for act in acts]


def _page_of(model: Any, act: Act) -> type[ActPage]:
    return type(f"{act.verb.title().replace('_', '')}Page", (ActPage,), {"model": model, "act": act, "__doc__": inspect.getdoc(act.action)})
