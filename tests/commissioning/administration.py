"""Where the administration keeps a model's pages, and what a trail told last."""

from django.urls import reverse

from commissioning.models import TrailEntry


def place(model, what="changelist", *args):
    return reverse(f"admin:commissioning_{model}_{what}", args=args)


def last_entry(organisation):
    return TrailEntry.objects.filter(docket=organisation.docket).latest("number")
