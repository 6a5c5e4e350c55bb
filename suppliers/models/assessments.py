"""The assessment of a round's applications: who assesses, with whom they have a conflict, what each finds, and the moderated outcome."""

from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from commissioning.models import Question, Record, RecordQuerySet, User
from suppliers.models.admissions import AdmissionRound
from suppliers.models.applications import Application
from suppliers.models.frameworks import FrameworkList, ServiceArea

# How many people assess an application, neither seeing what the other finds.
ASSESSORS_EACH = 2


class OfTheAuthority(RecordQuerySet):
    """What only the people of the authority see; `ROUND` is the path to the round."""

    ROUND = "round"

    def visible_to(self, user: Any) -> Self:
        """Those of the viewer's own authority."""
        return self.filter(**{f"{self.ROUND}__framework__authority__in": getattr(user, "organisations", ())})


class AssessorQuerySet(OfTheAuthority):
    """Assessors and moderators of rounds."""

    def named(self) -> "AssessorQuerySet":
        """Those who are named still."""
        return self.filter(ended_at__isnull=True)

    def declared(self) -> "AssessorQuerySet":
        """Those of them who have declared with whom they have a conflict, if with anybody."""
        return self.named().filter(declared_at__isnull=False)


class Assessor(Record):
    """Somebody whom the authority named to assess a round's applications, or to moderate what two assessors found."""

    class Does(models.TextChoices):
        ASSESSES = "assesses", "Assessor"
        MODERATES = "moderates", "Moderator"

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="assessors", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    does = models.CharField(max_length=12, choices=Does, editable=False)
    declared_at = models.DateTimeField(null=True, editable=False, help_text="When they declared their conflicts with applicants, if any.")
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = AssessorQuerySet.as_manager()

    class Meta:
        ordering = ["does", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], condition=models.Q(ended_at__isnull=True), name="one_part_per_person_in_the_assessment_of_a_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_does_display()}"

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.round


class Conflict(Record):
    """A conflict of interest that somebody declared with an applicant: they neither see its application nor judge it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="conflicts", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    statement = models.TextField(max_length=4000, editable=False)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "person"], name="one_conflict_per_person_and_application"),
            models.CheckConstraint(condition=~models.Q(statement=""), name="a_conflict_with_an_applicant_is_described"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.application}"

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.application.round


class AssessmentQuerySet(OfTheAuthority):
    """Assessments of applications."""

    ROUND = "application__round"

    def standing(self) -> "AssessmentQuerySet":
        """Those that count: locked, or of somebody who is named still; and never of somebody with a conflict with the applicant."""
        counts = self.filter(models.Q(locked_at__isnull=False) | models.Q(assessor__ended_at__isnull=True))
        return counts.exclude(application__conflicts__person=models.F("assessor__person"))

    def locked(self) -> "AssessmentQuerySet":
        """Those of the standing that are finished."""
        return self.standing().filter(locked_at__isnull=False)


class Assessment(Record):
    """One assessor's look at one application: theirs alone until as many as are needed have locked."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assessments", editable=False)
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="assessments", editable=False)
    locked_at = models.DateTimeField(null=True, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "assessor"], name="one_assessment_per_assessor_and_application")]

    def __str__(self) -> str:
        return f"{self.application}, by {self.assessor.person}"

    def docket_keeper(self) -> AdmissionRound:
        """The round: an applicant reads its application's trail."""
        return self.application.round


class Finding(Record):
    """What somebody finds of one answer, with the reason: a score from 0 to 5, or whether it passes."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+", editable=False)
    score = models.PositiveSmallIntegerField(null=True, editable=False)
    passes = models.BooleanField(null=True, editable=False)
    reason = models.TextField(max_length=5000, editable=False)

    class Meta:
        abstract = True

    def content(self) -> dict[str, Any]:
        """What the trail keeps the hash of."""
        return {"question": self.question_id, "score": self.score, "passes": self.passes, "reason": self.reason}


def _found(name: str) -> list[models.BaseConstraint]:
    """A finding is a score or a verdict, and has a reason."""
    either = models.Q(score__isnull=True, passes__isnull=False) | models.Q(score__isnull=False, passes__isnull=True)
    return [
        models.CheckConstraint(condition=either, name=f"{name}_is_a_score_or_passes_or_fails"),
        models.CheckConstraint(condition=~models.Q(reason=""), name=f"{name}_has_a_reason"),
    ]


class JudgementQuerySet(RecordQuerySet):
    """Assessors' findings as people see them."""

    def visible_to(self, user: Any) -> "JudgementQuerySet":
        """One's own; and those of both, once both have locked, to the authority's people who may read the application."""
        mine = getattr(user, "organisations", ())
        readable = models.Q(
            assessment__application__in=Application.objects.visible_to(user), assessment__application__round__framework__authority__in=mine
        )
        locked = Assessment.objects.locked().values("application").annotate(number=models.Count("pk")).filter(number__gte=ASSESSORS_EACH)
        both = models.Q(assessment__application__in=locked.order_by().values("application"))
        return self.filter(readable & (models.Q(assessment__assessor__person=getattr(user, "pk", None)) | both))


class Judgement(Finding):
    """What one assessor finds of one answer."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="judgements", editable=False)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "question__number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question"], name="one_judgement_per_assessment_and_question"),
            *_found("a_judgement"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.question}"

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.assessment.application.round


class ModerationQuerySet(RecordQuerySet):
    """Moderated findings as people see them."""

    def visible_to(self, user: Any) -> "ModerationQuerySet":
        """To the authority's people those of the applications that they may read; to an applicant its own, once decisions are sent."""
        mine = getattr(user, "organisations", ())
        ours = models.Q(application__round__framework__authority__in=mine)
        sent = models.Q(application__supplier__organisation__in=mine, application__round__decisions_sent_at__isnull=False)
        return self.filter(ours | sent, application__in=Application.objects.visible_to(user))

    def standing(self) -> "ModerationQuerySet":
        """Those that count: not of somebody who declared a conflict with the applicant since."""
        return self.exclude(application__conflicts__person=models.F("moderator"))


class Moderation(Finding):
    """What is found of one answer in the end: recorded by a moderator, with the reason that the applicant is given."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="moderations", editable=False)
    moderator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = ModerationQuerySet.as_manager()

    class Meta:
        ordering = ["application", "question__number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="one_moderated_finding_per_application_and_question"),
            *_found("a_moderated_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.question}"

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.application.round


class LimitQuerySet(RecordQuerySet):
    """What places need, as people see it."""

    def visible_to(self, user: Any) -> "LimitQuerySet":
        """Those of the rounds that the viewer may see: they are part of the notice."""
        return self.filter(round__in=AdmissionRound.objects.visible_to(user))


class PlaceLimit(Record):
    """What a place on one list for one area needs in a round, as the notice says: a least score, or one of so many places by rank."""

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="limits", editable=False)
    framework_list = models.ForeignKey(FrameworkList, on_delete=models.PROTECT, related_name="+", editable=False)
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="+", editable=False)
    least_score = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        editable=False,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
        help_text="Out of 100.",
    )
    places = models.PositiveSmallIntegerField(
        null=True,
        editable=False,
        validators=[MinValueValidator(1)],
        help_text="Those of the highest scores stand; all whose score equals that of the last of them stand too.",
    )

    objects = LimitQuerySet.as_manager()

    class Meta:
        ordering = ["round", "framework_list__order", "area__order"]
        constraints = [
            models.UniqueConstraint(fields=["round", "framework_list", "area"], name="one_limit_per_round_list_and_area"),
            models.CheckConstraint(
                condition=models.Q(least_score__isnull=True, places__isnull=False) | models.Q(least_score__isnull=False, places__isnull=True),
                name="a_limit_is_a_least_score_or_a_number_of_places",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework_list}, {self.area}: {self.in_words}"

    @property
    def in_words(self) -> str:
        """As the notice says it."""
        if self.least_score is not None:
            return f"A score of at least {self.least_score.normalize():f} out of 100"
        return f"The {self.places} highest scores; all that equal the last of them are accepted too"

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.round
