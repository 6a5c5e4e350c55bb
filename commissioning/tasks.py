"""The ground's tasks: doors that are safe to open twice."""

from celery import shared_task

from commissioning import announcing, answering, letters
from commissioning.actions import checkpoints


@shared_task(name="commissioning.announce_due", ignore_result=True)
def announce_due() -> None:
    """Announce what has fallen due; fails if any of it did, once all the rest is announced."""
    sweep = announcing.announce_due()
    if sweep.failed:
        raise RuntimeError(str(sweep))


@shared_task(name="commissioning.send_letters", ignore_result=True)
def send_letters() -> None:
    """Send what lies in the outbox."""
    letters.send_waiting()


@shared_task(name="commissioning.tidy_files", ignore_result=True)
def tidy_files() -> None:
    """Destroy the bytes of files that nothing keeps."""
    answering.tidy_files()


@shared_task(name="commissioning.sign_checkpoint", ignore_result=True)
def sign_checkpoint() -> None:
    """Sign the heads of every chain that has grown."""
    checkpoints.sign_heads()
