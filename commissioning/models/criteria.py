"""What offers are judged on, and how much each thing weighs."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from commissioning.models.base import Record
from commissioning.scales import meanings


class CriteriaSet(Record):
    """The criteria of one lot or admission round; their weights sum to 100."""

    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.title


class PriceFormula(models.TextChoices):
    """How a price becomes points."""

    RELATIVE = "relative", "Relative to the lowest price"
    MEAN_DEVIATION = "mean_deviation", "Deviation from the mean price"
    RANGE = "range", "Between the lowest and the highest price"


class Criterion(Record):
    """One thing that is judged: quality by people on a scale, or price by a published formula."""

    class Kind(models.TextChoices):
        QUALITY = "quality", "Quality, scored by evaluators"
        PRICE = "price", "Price, scored by the formula"

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUALITY)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=4000)
    refines = models.SlugField(max_length=40, blank=True, help_text="The code of the framework's criterion that it lies under.")
    weight = models.DecimalField(
        max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))], help_text="Out of 100."
    )
    max_score = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1), MaxValueValidator(100)])
    least_score = models.PositiveSmallIntegerField(default=0, help_text="An agreed score below this excludes the bid; 0 is no hurdle.")
    scale = models.TextField(blank=True, max_length=4000, help_text="What each score means, a line for each, the lowest first.")
    formula = models.CharField(max_length=20, choices=PriceFormula, blank=True, help_text="For price: how it is turned into points.")

    class Meta:
        ordering = ["criteria_set", "number"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "number"], name="one_criterion_per_number"),
            models.CheckConstraint(condition=models.Q(kind="quality") | ~models.Q(formula=""), name="a_price_criterion_has_a_formula"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title} ({self.weight}%)"

    @property
    def meanings(self) -> list[str]:
        """What each score means, from 0 upwards; nothing where no scale is published, as for a price."""
        return meanings(self.scale)

    def meaning_of(self, score: int) -> str:
        """What this score means; empty where no scale is published."""
        return self.meanings[score] if 0 <= score < len(self.meanings) else ""
