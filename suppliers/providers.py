"""What this floor adds to the pages that gather from all floors, and what it announces when it falls due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from commissioning import registry
from commissioning.clock import in_london
from commissioning.finding import found_by
from commissioning.models import Announcement
from commissioning.proof import kinds
from commissioning.registry import Deadline, DeskItem, Due, Found, Link
from commissioning.wording import date_text, plural, say
from commissioning.working_days import working_days
from suppliers import agreement_providers, appeal_providers, change_providers, offer_providers, proof
from suppliers.actions.announcements import (
    EARLY_RELEASE_OVER,
    SUSPENSION_OVER,
    announce_due_of_early_release,
    announce_due_of_framework,
    announce_due_of_round,
    announce_due_of_suspension,
    end_notice,
    reminder_of,
    reopening_notice,
)
from suppliers.assessment_state import applicants, those_that_stand
from suppliers.holding_up import publishable
from suppliers.models import (
    AdmissionRound,
    Appeal,
    Application,
    Assessor,
    EarlyRelease,
    Framework,
    FrameworkVersion,
    MemberConfirmation,
    Place,
    Supplier,
    Suspension,
)
from suppliers.models.frameworks import NOTICE_DAYS
from suppliers.reminders import due_reminder
from suppliers.reopening import notice_due, open_frameworks, reopens_by

MOST = 20
# Into how many rounds the desk looks for applications that wait for the viewer: each costs the reading of all of them.
AT_WORK_ON = 3
# What the trail says of each thing that was told when it fell due.
_TOLD = {
    "announce_due_of_round:round_questions_closed": "Told the curators that questions are closed",
    "announce_due_of_framework:reopens_in": "Told the curators that the framework is to reopen",
    "announce_due_of_framework": "Told those listed that the framework ends soon",
    "announce_due_of_round:round_closed": "Told the curators that the round has closed",
    "announce_due_of_round:appeal_window_over": "Told the authority that the time for appeals is over",
    "announce_due_of_round:reminder": "Reminded those whose applications are drafts",
    "announce_due_of_suspension": "Told that the suspension is over",
    "announce_due_of_early_release": "Told that the early release holds no more",
    "announce_due_of_appeal:appeal_lapsed": "Told the appellant that its draft has lapsed",
    "announce_due_of_appeal:new_appeal_window_over": "Told the authority that the new time for an appeal is over",
    "announce_due_of_information": "Told that the time for an answer is over",
    "send_agreements": "Sent the framework’s terms to be signed",
    "accept_by_signing": "Accepted the variation by signing the terms with it",
    "republish_lists": "Published the lists with what has changed of a supplier",
    "announce_due_of_hearing": "Told the officer that the time to comment on the minutes is over",
}
TITLED = ("title__icontains", "reference__icontains")


def desk(user: Any, at: datetime) -> Iterator[DeskItem]:
    """What this floor needs of the viewer."""
    yield from _released_to(user, at)
    if user.has_perm("suppliers.draft_framework"):
        yield from _to_answer(_own_rounds(user), at)
        yield from to_decide(user, at)
        yield from to_publish(user, at)
        yield from _to_extend(user, at)
        yield from to_reopen(user, at)
        yield from change_providers.to_act_on(user, at)
        yield from agreement_providers.to_countersign(user, at)
        yield from offer_providers.to_approve(user, at)
    yield from _to_declare(user, at)
    yield from _to_assess(user, at)
    if user.has_perm("suppliers.acknowledge_appeal") or user.has_perm("suppliers.draft_framework"):
        yield from appeal_providers.of_authority(user, at)
    if user.has_perm("suppliers.apply"):
        yield from _to_confirm(user, at)
        yield from change_providers.to_confirm(user)
        yield from agreement_providers.to_sign(user, at)
        yield from agreement_providers.to_answer(user, at)
        yield from _to_apply_for(user, at)
        yield from appeal_providers.to_appeal_against(user, at)
        yield from appeal_providers.of_appellant(user, at)


def _released_to(user: Any, at: datetime) -> Iterator[DeskItem]:
    releases = EarlyRelease.objects.visible_to(user).in_force(at).filter(buyer__in=user.organisations)
    for release in releases.select_related("framework_list", "area").order_by("expires_at")[:MOST]:
        title = f"{release.framework_list}: {release.area}"
        yield DeskItem(title, release.get_absolute_url(), "You may ask the named suppliers before publication.", release.expires_at)


def to_decide(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The rounds of the viewer's authorities that are being decided."""
    places = Q(applications__status=Application.Status.SUBMITTED, applications__places__isnull=False)
    undecided = Count("applications__places", filter=places & Q(applications__places__outcome=Place.Outcome.UNDECIDED))
    for round_ in _own_rounds(user).being_decided(at).annotate(undecided=undecided).order_by("closes_at")[:MOST]:
        left = f"{plural(round_.undecided, 'place')} to decide." if round_.undecided else "Everything is decided: send the decisions."
        yield DeskItem(str(round_), round_.get_absolute_url(), left, round_.decisions_due_at)


def to_publish(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The rounds of the viewer's authorities some of whose lists nothing keeps from being published."""
    appeals = Appeal.objects.waiting(at).filter(place__application__round=OuterRef("pk"))
    for round_ in publishable(_own_rounds(user).past_appeals(at), at).annotate(waits=Exists(appeals)).order_by("appeals_end_at")[:MOST]:
        some = "Some of its lists can be published; appeals hold up the others."
        what = some if round_.waits else "The time for appeals is over: publish the lists."
        yield DeskItem(str(round_), round_.get_absolute_url(), what)


def _to_answer(rounds: Any, at: datetime) -> Iterator[DeskItem]:
    waiting = Count("docket__clarifications", filter=Q(docket__clarifications__answered_at__isnull=True))
    for round_ in rounds.receiving(at).annotate(waiting=waiting).filter(waiting__gt=0).order_by("closes_at")[:MOST]:
        what = f"{plural(round_.waiting, 'question')} {'waits' if round_.waiting == 1 else 'wait'} for an answer."
        yield DeskItem(str(round_), reverse("admissionround:clarifications", args=[round_.pk]), what, round_.answers_due_at or round_.closes_at)


def _own_rounds(user: Any) -> Any:
    return AdmissionRound.objects.visible_to(user).filter(framework__authority__in=user.organisations)


def _to_declare(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The rounds in whose assessment the viewer is named and has not declared their conflicts."""
    named = Assessor.objects.visible_to(user).named().filter(person=user, declared_at=None, round__in=AdmissionRound.objects.being_decided(at))
    for one in named.select_related("round").order_by("round__closes_at")[:MOST]:
        what = "You are named to assess its applications, or to moderate: declare your conflicts of interest."
        yield DeskItem(str(one.round), reverse("admissionround:declare_conflicts", args=[one.round_id]), what)


def _to_assess(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The first rounds in whose assessment something waits for the viewer."""
    named = Assessor.objects.visible_to(user).named().filter(person=user, declared_at__isnull=False)
    for one in named.filter(round__in=AdmissionRound.objects.being_decided(at)).select_related("round").order_by("round__closes_at")[:AT_WORK_ON]:
        waiting = those_that_stand(one.round, applicants(one.round, user), "mine", user).count()
        if waiting:
            verb = "moderate" if one.does == Assessor.Does.MODERATES else "assess"
            screen = f"{reverse('admissionround:assessment', args=[one.round_id])}?stands=mine"
            yield DeskItem(str(one.round), screen, f"{plural(waiting, 'application')} to {verb}.", one.round.decisions_due_at)


def _to_extend(user: Any, at: datetime) -> Iterator[DeskItem]:
    for framework in Framework.objects.ending(at).filter(authority__in=user.organisations).order_by("ends_on", "pk")[:MOST]:
        longest = framework.longest_ends_on
        can_be = longest is not None and longest > framework.ends_on
        what = f"Its term ends soon. It can be extended to {date_text(longest)}." if can_be else "Its term ends soon, and cannot be extended."
        yield DeskItem(framework.title, framework.get_absolute_url(), what, framework.ends_at)


def _to_confirm(user: Any, at: datetime) -> Iterator[DeskItem]:
    """What consortia wait for, of which the viewer's company is a member."""
    asked = MemberConfirmation.objects.last_asked().filter(company__in=user.organisations, status=MemberConfirmation.Status.WAITING)
    open_now = asked.filter(request__application__round__in=AdmissionRound.objects.receiving(at), request__content__isnull=False)
    related = ("request__application__round", "request__application__supplier__organisation")
    for each in open_now.select_related(*related).order_by("request__application__round__closes_at")[:MOST]:
        application = each.request.application
        what = f"{application.supplier} asks your company to confirm its application."
        yield DeskItem(str(application.round), each.get_absolute_url(), what, application.round.closes_at)


def to_reopen(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The open frameworks of the viewer's authorities that are to reopen soon, or should have."""
    for framework in open_frameworks(at).filter(authority__in=user.organisations)[:MOST]:
        by = reopens_by(framework)
        if by is not None and in_london(at).date() >= by - timedelta(days=max(NOTICE_DAYS)):
            what = f"It is to reopen by {date_text(by)}: open an admission round, and announce it."
            yield DeskItem(framework.title, framework.get_absolute_url(), what)


def _to_apply_for(user: Any, at: datetime) -> Iterator[DeskItem]:
    own = Application.objects.visible_to(user).of_suppliers_of(user)
    drafts = own.filter(status=Application.Status.DRAFT, round__in=AdmissionRound.objects.receiving(at))
    for draft in drafts.select_related("round", "supplier__organisation").order_by("round__closes_at")[:MOST]:
        yield DeskItem(str(draft.round), draft.get_absolute_url(), "Your application is a draft: submit it.", draft.round.closes_at)
    not_begun = AdmissionRound.objects.visible_to(user).receiving(at).exclude(Exists(own.filter(round=OuterRef("pk"))))
    for round_ in not_begun.order_by("closes_at")[:MOST]:
        yield DeskItem(str(round_), round_.get_absolute_url(), "Applications are invited.", round_.closes_at)


def deadlines(user: Any, at: datetime) -> Iterator[Deadline]:
    """Deadlines and ends of appeal windows of the rounds that the viewer sees, dates that authorities keep, and ends of their early releases."""
    rounds = AdmissionRound.objects.visible_to(user)
    for round_ in rounds.receiving(at).order_by("closes_at")[:100]:
        if at < round_.questions_end_at < round_.closes_at:
            yield Deadline(round_.questions_end_at, f"Questions close: {round_}", round_.get_absolute_url(), f"round-questions-close-{round_.pk}")
        yield Deadline(round_.closes_at, f"Applications close: {round_}", round_.get_absolute_url(), f"round-closes-{round_.pk}")
    yield from _due_of_authority(rounds, user, at)
    for round_ in rounds.hearing_appeals(at).order_by("appeals_end_at")[:100]:
        yield Deadline(round_.appeals_end_at, f"Appeals end: {round_}", round_.get_absolute_url(), f"appeals-end-{round_.pk}")
    releases = EarlyRelease.objects.visible_to(user).in_force(at).select_related("buyer", "framework_list", "area")
    for release in releases.order_by("expires_at")[:100]:
        yield Deadline(release.expires_at, f"Early release ends: {release}", release.get_absolute_url(), f"early-release-ends-{release.pk}")


def _due_of_authority(rounds: Any, user: Any, at: datetime) -> Iterator[Deadline]:
    """When the viewer's authorities have said that they will have answered every question, and sent their decisions."""
    own = rounds.filter(framework__authority__in=getattr(user, "organisations", ()))
    for round_ in own.receiving(at).filter(answers_due_at__gt=at).order_by("answers_due_at")[:100]:
        yield Deadline(round_.answers_due_at, f"Answers are due: {round_}", round_.get_absolute_url(), f"round-answers-due-{round_.pk}")
    for round_ in own.filter(status=AdmissionRound.Status.OPEN, decisions_due_at__gt=at).order_by("decisions_due_at")[:100]:
        yield Deadline(round_.decisions_due_at, f"Decisions are due: {round_}", round_.get_absolute_url(), f"round-decisions-due-{round_.pk}")


def searches(user: Any, text: str) -> Iterator[Found]:
    """Suppliers, frameworks and rounds by name."""
    firms = found_by(Supplier.objects.visible_to(user), text, "organisation__name__icontains", "short_name__icontains")
    for supplier in firms.select_related("organisation").order_by("organisation__name", "pk")[:MOST]:
        yield Found(str(supplier), supplier.get_absolute_url(), "Suppliers", supplier.get_kind_display())
    for framework in found_by(Framework.objects.visible_to(user), text, *TITLED).order_by("title", "pk")[:MOST]:
        yield Found(framework.title, framework.get_absolute_url(), "Frameworks", framework.get_status_display())
    for round_ in AdmissionRound.objects.visible_to(user).filter(title__icontains=text).select_related("framework").order_by("title", "pk")[:MOST]:
        yield Found(round_.title, round_.get_absolute_url(), "Admission rounds", str(round_.framework))


def due(at: datetime) -> Iterator[Due]:
    """Rounds that have closed; windows, suspensions and early releases that are over; and reminders of deadlines that are near."""
    for act, what, records in (
        (announce_due_of_round, "round_questions_closed", AdmissionRound.objects.receiving(at).filter(questions_close_at__lte=at)),
        (announce_due_of_round, "round_closed", AdmissionRound.objects.being_decided(at)),
        (announce_due_of_round, "appeal_window_over", AdmissionRound.objects.past_appeals(at)),
        (announce_due_of_suspension, SUSPENSION_OVER, Suspension.objects.run_out(at)),
        (announce_due_of_early_release, EARLY_RELEASE_OVER, EarlyRelease.objects.expired(at)),
    ):
        told = Announcement.objects.filter(subject_id=OuterRef("pk"), what=what)
        for pk in records.exclude(Exists(told)).order_by("pk").values_list("pk", flat=True)[:100]:
            yield Due(act, pk, what)
    yield from _reminders(at)
    yield from _ends_of_frameworks(at)
    yield from _reopenings(at)


def _reminders(at: datetime) -> Iterator[Due]:
    near = AdmissionRound.objects.receiving(at).select_related("framework__appeal_rule").order_by("closes_at")[:200]
    told = set(Announcement.objects.filter(subject_id__in=[round_.pk for round_ in near]).values_list("subject_id", "what"))
    calendar = cache(working_days)
    for round_ in near:
        days = due_reminder(round_.announced_at, round_.closes_at, at, calendar(round_.framework.appeal_rule.calendar))
        if days is not None and (round_.pk, what := reminder_of(round_, days)) not in told:
            yield Due(announce_due_of_round, round_.pk, what)


def _ends_of_frameworks(at: datetime) -> Iterator[Due]:
    ending = Framework.objects.ending(at).order_by("ends_on", "pk")[:100]
    told = set(Announcement.objects.filter(subject_id__in=[framework.pk for framework in ending]).values_list("subject_id", "what"))
    for framework in ending:
        days = framework.notice_due(in_london(at).date())
        if days is not None and (framework.pk, what := end_notice(framework, days)) not in told:
            yield Due(announce_due_of_framework, framework.pk, what)


def _reopenings(at: datetime) -> Iterator[Due]:
    """Notices that an open framework is to reopen."""
    found = list(open_frameworks(at)[:100])
    told = set(Announcement.objects.filter(subject_id__in=[framework.pk for framework in found]).values_list("subject_id", "what"))
    for framework in found:
        by = reopens_by(framework)
        days = notice_due(by, in_london(at).date())
        if by is not None and days is not None and (framework.pk, what := reopening_notice(by, days)) not in told:
            yield Due(announce_due_of_framework, framework.pk, what)


def _holds_any(user: Any, *verbs: str) -> bool:
    return user.is_authenticated and any(user.has_perm(f"suppliers.{verb}") for verb in verbs)


def _applies(user: Any) -> bool:
    return _holds_any(user, "apply")


def _curates(user: Any) -> bool:
    return _holds_any(user, "draft_framework")


def _decides(user: Any) -> bool:
    return _holds_any(user, "draft_framework", "acknowledge_appeal")


def _takes_part(user: Any) -> bool:
    return _applies(user) or _decides(user)


def _looks_on(user: Any) -> bool:
    return not _takes_part(user)


def register() -> None:
    """Add every provider to the registry."""
    kinds[proof.KIND] = proof.in_words
    registry.desk.append(desk)
    registry.deadlines += [deadlines, agreement_providers.deadlines, appeal_providers.deadlines]
    registry.searches.append(searches)
    registry.due += [due, appeal_providers.due]
    registry.rules_in_force.append(FrameworkVersion.objects.counting_by)
    say(_TOLD)
    registry.navigation += [
        Link("Frameworks", "framework:index", 8, menu=_curates),
        Link("Published lists", "published_lists", 10, menu=_looks_on),
        Link("Suppliers", "supplier:index", 12, menu=_looks_on),
        Link("Imports of organisations", "organisationimport:index", 92, _curates, menu=lambda user: False),
        Link("Admission rounds", "admissionround:index", 14, menu=lambda user: not user.is_authenticated or _takes_part(user)),
        Link("Applications", "application:index", 16, _takes_part, menu=lambda user: not _curates(user)),
        Link("Changes of suppliers", "supplierchange:index", 19, _takes_part, menu=lambda user: False),
        Link("Framework agreements with suppliers", "frameworkagreement:index", 19, _takes_part, menu=lambda user: False),
        Link("Appeals", "appeal:index", 18, _takes_part, menu=_decides),
    ]
