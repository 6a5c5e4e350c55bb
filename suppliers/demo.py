"""The suppliers' part of the demo world: fourteen suppliers, the framework of 2007 as it was, one like it today, and one for care boards."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from commissioning.actions.organisations import register_organisation
from commissioning.announcing import JOB
from commissioning.demo import FOUNDED_AT, HILLINGDON, Calendar, Minutes, bring_in, players, texts
from commissioning.models import Organisation, Role, User
from suppliers import demo_assessment
from suppliers.actions.admissions import announce_round, decide_place, open_round, send_decisions
from suppliers.actions.agreements import countersign_agreement, sign_agreement
from suppliers.actions.announcements import EARLY_RELEASE_OVER, announce_due_of_early_release
from suppliers.actions.appeal_decisions import FindingGiven, dismiss_appeal
from suppliers.actions.appeals import PointGiven, acknowledge_appeal, draft_appeal, lodge_appeal, save_appeal
from suppliers.actions.applications import ListAndArea, WantedPlace, apply, save_application, submit_application
from suppliers.actions.assessors import LimitEntry, set_limits
from suppliers.actions.changes import tell_of_change
from suppliers.actions.confirmations import ask_members, confirm_application
from suppliers.actions.firms import MemberGiven, register_consortium, register_supplier
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.frameworks import add_service
from suppliers.actions.hearings import arrange_hearing, ask_for_information, comment_on_minutes, give_information, hear_appeal
from suppliers.actions.listings import grant_early_release
from suppliers.actions.publications import publish_lists
from suppliers.actions.round_questions import set_round_questions
from suppliers.agreement_texts import hash_to_sign
from suppliers.framework_files import FrameworkFile, shipped
from suppliers.loading import load
from suppliers.models import (
    AdmissionRound,
    Appeal,
    AppealPoint,
    Application,
    Framework,
    FrameworkAgreement,
    FrameworkList,
    FurtherInformation,
    Hearing,
    MemberConfirmation,
    Place,
    Service,
    ServiceArea,
    Supplier,
    SupplierChange,
)
from suppliers.models.appeals import Remedy

TEXTS = texts("suppliers")
CONSORTIUM, UNSUCCESSFUL = TEXTS["consortium"]["short_name"], TEXTS["unsuccessful"]["short_name"]
# What the one listing that is on record says; every other place of the demo is illustrative.
ON_RECORD = (CONSORTIUM, "fesc")


def build(built_at: datetime) -> Iterator[str]:
    """Suppliers and their people, the framework of 2007 up to its publication, and the two frameworks of today."""
    world = _World(Calendar.of(built_at))
    world.register_suppliers()
    yield f"Suppliers: {len(TEXTS['suppliers']) + 1} listed, one of them a consortium; its lead, and an applicant that is not admitted."
    then, today, boards = (world.set_up(each) for each in TEXTS["frameworks"])
    world.release_early(then)
    yield f"{then}: admission, decisions, an appeal, an early release, publication on 5 October 2007."
    world.admit(today, TEXTS["second_round"], TEXTS["second_round"]["applications"])
    world.have_assessed(boards)
    world.admit(today, TEXTS["third_round"], TEXTS["third_round"]["applications"])
    yield f"{today}: lists published, a round with an appeal open, and a round open for applications."
    yield f"{boards}: lists published, and a round that is being assessed."
    world.tell_of_change(TEXTS["change"])
    yield f"A change of name that waits for {boards.authority}."


class _World:
    """The suppliers' floor as it comes to be, each thing at its moment."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.people = players()
        self.curator = self.people["curator@doh.example"]
        self.officer = self.people["appeals@doh.example"]
        self.suppliers: dict[str, Supplier] = {}

    def register_suppliers(self) -> None:
        """The companies, the consortium with its lead and its other members, and the applicant that will not be admitted."""
        consortium = TEXTS["consortium"]
        at = Minutes(FOUNDED_AT.replace(hour=13))
        for firm in (*TEXTS["suppliers"], TEXTS["unsuccessful"], consortium["lead"]):
            self._bring_in(register_supplier(**_described(firm), by=self.curator, at=next(at)), at)
        lead = self.suppliers[consortium["lead"]["short_name"]].organisation
        members = [MemberGiven(company=lead.pk, leads=True, liability_share=Decimal(consortium["lead"]["share"]))]
        for member in consortium["members"]:
            company = register_organisation(kind=Organisation.Kind.SUPPLIER, name=member["name"], by=self.curator, at=next(at))
            self._bring_in_manager(company, member["email"], at)
            share = Decimal(member["share"])
            members.append(MemberGiven(company=company.pk, leads=False, liability_share=share, is_illustrative=True))
        made = register_consortium(**_described(consortium), members=members, by=self.curator, at=next(at))
        self._bring_in(made, at)

    def _bring_in(self, supplier: Supplier, at: Minutes) -> None:
        self._bring_in_manager(supplier.organisation, f"bids@{supplier.short_name}.example", at)
        self.suppliers[supplier.short_name] = supplier

    def _bring_in_manager(self, where: Organisation, email: str, at: Minutes) -> None:
        encoded, name = self.curator.password, f"Bid manager, {where}"
        self.people[email] = bring_in(where, email, name, Role.BID_MANAGER, encoded=encoded, by=self.curator, at=next(at))

    def manager_of(self, short_name: str) -> User:
        """Whoever bids for the supplier."""
        return self.people[f"bids@{short_name}.example"]

    def set_up(self, plan: dict[str, Any]) -> Framework:
        """A framework as its file and the plan say, in its versions, and the round in which its suppliers were admitted."""
        at = Minutes(self.calendar.moment(plan["drafted"]))
        framework = load(self._file(plan), by=self.curator, publish=True, moments=at).framework
        everybody = [*TEXTS["suppliers"], TEXTS["consortium"], TEXTS["unsuccessful"]]
        applications = [{"by": firm["short_name"], "places": firm["places"]} for firm in everybody if not self._stays_away(firm, plan)]
        self.admit(framework, plan["round"], plan.get("applications", applications))
        if "next" in plan:
            self._change(framework, plan["next"])
        return Framework.objects.get(pk=framework.pk)

    def _file(self, plan: dict[str, Any]) -> FrameworkFile:
        """The framework's file, with what the plan says otherwise; its days are those of the demo's calendar."""
        file = shipped(plan["file"])
        said = plan.get("says", {})
        term = {name: self.calendar.day(text) for name, text in said.get("term", {}).items()}
        return FrameworkFile({**file.says, **said, "term": term or file.says["term"]}, file.lines)

    def _change(self, framework: Framework, plan: dict[str, Any]) -> None:
        """Its second version, with a service more."""
        at = Minutes(self.calendar.moment(plan["drafted"]))
        area = framework.areas.get(code=plan["area"])
        add_service(framework.pk, area=area.pk, **_only(plan, "code", "name"), by=self.curator, at=next(at))
        publish_framework(framework.pk, by=self.curator, at=next(at))

    @staticmethod
    def _stays_away(firm: dict[str, Any], plan: dict[str, Any]) -> bool:
        """Whether the firm does not apply: the one without success tries today's framework in its second round."""
        return firm["short_name"] == UNSUCCESSFUL and "appealed" not in plan["round"]

    def have_assessed(self, framework: Framework) -> None:
        """A round that has closed, and is assessed as far as its plan goes."""
        round_ = self.admit(framework, demo_assessment.PLAN["round"], demo_assessment.PLAN["applications"])
        demo_assessment.assess(round_, self.people, self.curator, self.calendar)

    def tell_of_change(self, plan: dict[str, Any]) -> None:
        """A supplier has told of its new name, and the authority has not acted on it."""
        supplier, moment = self.suppliers[plan["by"]], self.calendar.moment(plan["at"])
        told = {"kind": SupplierChange.Kind.NAME, **_only(plan, "new_name", "account"), "effective_on": self.calendar.day(plan["effective_on"])}
        authority = self.curator.memberships.get().organisation_id
        tell_of_change(supplier.pk, authority=authority, **told, by=self.manager_of(plan["by"]), at=moment)

    def admit(self, framework: Framework, plan: dict[str, Any], applications: list[dict[str, Any]]) -> AdmissionRound:
        """A round of admission, as far as its plan has moments for it."""
        moment = self.calendar.moment
        closes_at = moment(plan["closes"])
        told = {"title": plan["title"], "notice": plan["notice"]}
        round_ = open_round(framework.pk, **told, closes_at=closes_at, by=self.curator, at=moment(plan["drafted"]))
        if "questions" in plan:
            set_round_questions(round_.pk, questions=plan["questions"], by=self.curator, at=moment(plan["drafted"]))
        if "limits" in plan:
            limits = [_limit(framework, each) for each in plan["limits"]]
            set_limits(round_.pk, limits=limits, by=self.curator, at=moment(plan["drafted"]))
        announce_round(round_.pk, by=self.curator, at=moment(plan["announced"]))
        at = Minutes(moment(plan["applied"]))
        for each in applications:
            self._apply(round_, each, at)
        if "sent" in plan:
            self._decide(round_, Minutes(moment(plan["decided"])))
            send_decisions(round_.pk, by=self.curator, at=moment(plan["sent"]))
            self._agree(framework, Minutes(moment(plan["sent"])))
        if "appealed" in plan:
            self._appeal(round_, plan)
        if "published" in plan:
            publish_lists(round_.pk, by=self.curator, at=moment(plan["published"]))
        return AdmissionRound.objects.get(pk=round_.pk)

    def _agree(self, framework: Framework, at: Minutes) -> None:
        """Whoever is to sign the framework's terms does, and the authority countersigns."""
        for agreement in FrameworkAgreement.objects.filter(framework=framework, status=FrameworkAgreement.Status.SENT).select_related("supplier"):
            by, text_hash = self.manager_of(agreement.supplier.short_name), hash_to_sign(agreement)
            sign_agreement(agreement.pk, signatory=str(by), position="Bid manager", text_hash=text_hash, agrees=True, by=by, at=next(at))
            countersign_agreement(agreement.pk, by=self.curator, at=next(at))

    def _apply(self, round_: AdmissionRound, plan: dict[str, Any], at: Minutes) -> None:
        supplier, by = self.suppliers[plan["by"]], self.manager_of(plan["by"])
        turn = sorted(self.suppliers).index(plan["by"])
        places = [_wanted(round_.framework, where, turn) for where in plan["places"]]
        statement = TEXTS["illustrative_statement"].format(name=supplier)
        application = apply(round_.pk, supplier=supplier.pk, by=by, at=next(at))
        given = plan.get("answers", {})
        answers = {str(question.pk): given[str(question.number)] for question in application.questions() if str(question.number) in given}
        written = {"statement": statement, "places": places, "answers": answers, "confirmed": application.to_confirm}
        save_application(application.pk, **written, by=by, at=next(at))
        if not plan.get("draft"):
            self._have_confirmed(application, by, at)
            submit_application(application.pk, by=by, at=next(at))

    def _have_confirmed(self, application: Application, by: User, at: Minutes) -> None:
        """Each member of a consortium confirms."""
        if not application.supplier.is_consortium:
            return
        ask_members(application.pk, by=by, at=next(at))
        for confirmation in MemberConfirmation.objects.filter(request__application=application).select_related("company"):
            manager = confirmation.company.people(Role.BID_MANAGER)[0]
            confirm_application(confirmation.pk, by=manager, at=next(at))

    def _decide(self, round_: AdmissionRound, at: Minutes) -> None:
        places = Place.objects.filter(application__round=round_).order_by("application__supplier__short_name", "pk")
        for place in places.select_related("application__supplier"):
            name = place.application.supplier.short_name
            is_on_record = (name, round_.framework.reference) == ON_RECORD
            reasons = TEXTS["consortium"]["on_record"] if is_on_record else TEXTS["refused" if name == UNSUCCESSFUL else "accepted"]
            outcome = Place.Outcome.REFUSED if name == UNSUCCESSFUL else Place.Outcome.ACCEPTED
            given = {"outcome": outcome, "reasons": reasons, "is_illustrative": not is_on_record}
            decide_place(round_.pk, place=place.pk, **given, by=self.curator, at=next(at))

    def _appeal(self, round_: AdmissionRound, plan: dict[str, Any]) -> None:
        """The applicant that was refused appeals for one area; the officer goes as far as the plan has moments for it."""
        application = Application.objects.get(round=round_, supplier__short_name=UNSUCCESSFUL)
        place = application.places.get(framework_list__code="micro", area__code="performance")
        by, at = self.manager_of(UNSUCCESSFUL), Minutes(self.calendar.moment(plan["appealed"]))
        appeal = draft_appeal(place.pk, by=by, at=next(at))
        grounds = {ground.code: ground.pk for ground in round_.framework.appeal_grounds.all()}
        points = [
            PointGiven(ground=grounds[each["ground"]], argument=each["argument"], remedy=Remedy(each["remedy"])) for each in TEXTS["appeal"]["points"]
        ]
        save_appeal(appeal.pk, points=points, by=by, at=next(at))
        lodge_appeal(appeal.pk, by=by, at=next(at))
        if "dismissed" in plan:
            self._hear(appeal, plan)

    def _hear(self, appeal: Appeal, plan: dict[str, Any]) -> None:
        """The officer asks a question, hears the appellant, and dismisses the appeal ground by ground."""
        words, moment = TEXTS["appeal"], self.calendar.moment
        by = self.manager_of(UNSUCCESSFUL)
        acknowledge_appeal(appeal.pk, by=self.officer, at=moment(plan["acknowledged"]))
        appellant = FurtherInformation.AskedOf.APPELLANT
        asked = ask_for_information(appeal.pk, asked_of=appellant, question=words["question"], by=self.officer, at=moment(plan["asked"]))
        give_information(asked.pk, answer=words["answer"], by=by, at=moment(plan["answered"]))
        sitting = {"form": Hearing.Form.ORAL, "starts_at": moment(plan["heard"]), "where": words["where"]}
        arrange_hearing(appeal.pk, **sitting, by=self.officer, at=moment(plan["arranged"]))
        hear_appeal(appeal.pk, attended=words["attended"], minutes=words["minutes"], by=self.officer, at=moment(plan["recorded"]))
        comment_on_minutes(appeal.pk, comments=words["comments"], by=by, at=moment(plan["commented"]))
        not_made_out = AppealPoint.Finding.NOT_MADE_OUT
        found = {each["ground"]: each["found"] for each in words["points"]}
        findings = [
            FindingGiven(point=point.pk, finding=not_made_out, reasons=found[point.ground.code]) for point in appeal.points.select_related("ground")
        ]
        dismiss_appeal(appeal.pk, findings=findings, reasons=words["reasons"], by=self.officer, at=moment(plan["dismissed"]))

    def release_early(self, framework: Framework) -> None:
        """Hillingdon may ask those on the micro list for performance management before the lists are published."""
        plan = TEXTS["early_release"]
        framework_list, area = framework.lists.get(code="micro"), framework.areas.get(code="performance")
        accepted = Supplier.objects.filter(listings__framework_list=framework_list, listings__area=area)
        expires_at = self.calendar.moment(plan["expires"])
        release = grant_early_release(
            framework.pk,
            buyer=Organisation.objects.get(name=HILLINGDON).pk,
            framework_list=framework_list.pk,
            area=area.pk,
            suppliers=list(accepted.values_list("pk", flat=True)),
            expires_at=expires_at,
            reason=plan["reason"],
            by=self.curator,
            at=self.calendar.moment(plan["at"]),
        )
        announce_due_of_early_release(release.pk, what=EARLY_RELEASE_OVER, by=JOB, at=expires_at)


def _only(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names}


def _described(firm: dict[str, Any]) -> dict[str, Any]:
    return _only(firm, "name", "short_name", "profile")


def _limit(framework: Framework, plan: dict[str, Any]) -> LimitEntry:
    least = Decimal(plan["least_score"]) if "least_score" in plan else None
    return LimitEntry(**_place(framework, plan["place"]), least_score=least, places=plan.get("places"))


def _place(framework: Framework, where: str) -> ListAndArea:
    """A place written as `micro/performance`."""
    framework_list, _, area = where.partition("/")
    return ListAndArea(
        framework_list=FrameworkList.objects.get(framework=framework, code=framework_list).pk,
        area=ServiceArea.objects.get(framework=framework, code=area).pk,
    )


def _wanted(framework: Framework, where: str, turn: int) -> WantedPlace:
    """A place with its services: on the micro list every supplier offers every other of the menu, in turn, and elsewhere all."""
    place = _place(framework, where)
    menu = list(Service.objects.filter(area=place["area"]).values_list("pk", flat=True))
    return WantedPlace(**place, services=(menu[turn % 2 :: 2] or menu) if where.startswith("micro/") else menu)
