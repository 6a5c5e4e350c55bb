"""Forms by which anybody asks about published lists: as at which day, and which two versions to compare."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissioning.form_fields import DayField
from suppliers.publishing import is_to_come


class AsAt(forms.Form):
    """A day in the life of the lists."""

    as_at = DayField(label="Day", help_text="For example, 1 6 2007. The lists are shown as they stood at the end of it.")

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.at = at

    def clean_as_at(self) -> date:
        """A day that has begun."""
        day: date = self.cleaned_data["as_at"]
        if is_to_come(day, self.at):
            raise ValidationError("That day is still to come. Choose today, or a day before it.")
        return day


class OfService(forms.Form):
    """For which service of an area."""

    service = forms.ChoiceField(required=False, label="Service")

    def __init__(self, *args: Any, services: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["service"]
        field.choices = [("", "Any"), *services.items()]


class Compare(forms.Form):
    """Two versions, of which the second is the later one; 0 stands for the time before the first."""

    since = forms.IntegerField(min_value=0, label="From version")
    version = forms.IntegerField(min_value=1, label="To version")

    def __init__(self, *args: Any, latest: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.latest = latest

    def clean(self) -> dict[str, Any]:
        """Both are there, in that order."""
        words = super().clean() or self.cleaned_data
        if words.get("version", 0) > self.latest:
            self.add_error("version", f"There is no such version. The latest is {self.latest}.")
        elif words.get("since", 0) >= words.get("version", self.latest + 1):
            self.add_error("since", "Choose an earlier version to compare with.")
        return words
