"""How far the letters with a round's decisions have gone."""

from django.db.models import Count

from commissioning.models import Letter
from suppliers.models import AdmissionRound, Application


def gone_out(round_: AdmissionRound) -> tuple[int, int]:
    """How many of these letters were written, and the e-mails of how many have been sent; in one query."""
    about = {"subject_type": Application._meta.label_lower, "subject_id__in": round_.applications.values("pk")}
    found = Letter.objects.filter(template="admission_decided", **about).aggregate(written=Count("pk"), sent=Count("sent_at"))
    return found["written"], found["sent"]
