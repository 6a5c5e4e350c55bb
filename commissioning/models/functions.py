"""What a commissioner does: the functions that it may arrange through others, and those that it keeps."""

from django.db import models


class CommissioningFunction(models.Model):
    """A function of a primary care trust, such as assessing needs or settling payments."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    always_retained = models.BooleanField(default=False, help_text="The trust keeps this whatever it outsources.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name
