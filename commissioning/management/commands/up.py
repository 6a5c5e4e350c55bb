"""The whole service in one foreground command: `make run`."""

import errno
import logging
import os
import socket
import sys
import warnings
from argparse import ArgumentParser
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any

from celery import signals
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import Error, connections
from django.urls import get_resolver
from gunicorn.app import wsgiapp

from commissioning import readiness
from commissioning.celery import app as celery_app
from commissioning.demo_password import demo_password
from commissioning.models import User
from commissioning.supervisor import Ended, Program, Stopped, Supervisor

HOST = "127.0.0.1"
IS_UP = "It is up."


class Command(BaseCommand):
    """Prepares the data, starts web, worker and beat, says when all is up, and stops all on Ctrl-C."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The port, and whose end is also ours."""
        parser.add_argument("--port", default="8000", help="where to listen on 127.0.0.1 (8000)")
        parser.add_argument("--with-parent", action="store_true", help="stop when the program that started this one ends, as under make")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until somebody stops it; exit 0 then, 1 if it could not start or a part ended by itself."""
        if not settings.DEMO:
            sys.exit("`up` runs the embedded demo: set RUN_MODE=embedded, or use `make run`. In production run the commands of docker-compose.yml.")
        port = _free_port(options["port"])
        if "SITE_URL" not in os.environ:
            settings.SITE_URL = f"http://{HOST}:{port}"
        for folder in (settings.QUEUE / "messages", settings.QUEUE / "control", settings.MEDIA_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            with Supervisor(self._say, ends_with_parent=options["with_parent"]) as supervisor:
                self._run(supervisor, port)
        except Stopped:
            self._say_goodbye()
        except Ended as end:
            sys.exit(str(end))

    def _run(self, supervisor: Supervisor, port: int) -> None:
        if not _is_settled():
            supervisor.until_ended(supervisor.start("data", _prepare_data))
        supervisor.start("web", lambda: _serve(port))
        self._until_answered(supervisor, port)
        self._until_up(supervisor, [supervisor.start("worker", _work, up_when=IS_UP), supervisor.start("beat", _beat, up_when=IS_UP)])
        self._say(f"\nReady: http://{HOST}:{port}/\n")
        self._say_who()
        while True:
            supervisor.watch(1)

    def _until_answered(self, supervisor: Supervisor, port: int) -> None:
        while not _is_ready(port):
            supervisor.watch(0.1)

    def _until_up(self, supervisor: Supervisor, programs: list[Program]) -> None:
        while not all(program.is_up for program in programs):
            supervisor.watch(1)

    def _say(self, line: str) -> None:
        print(line, flush=True)

    def _say_who(self) -> None:
        self._say(f"Who may sign in, each with the password {demo_password()} (kept in {settings.VAR / 'demo_password'}):\n")
        rows = [(user.email, user.name, _what(user)) for user in User.objects.filter(is_active=True).prefetch_related("memberships__organisation")]
        connections.close_all()
        widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
        for email, name, what in rows:
            self._say(f"  {email:<{widths[0]}}  {name:<{widths[1]}}  {what}")
        self._say("\nCtrl-C stops it.\n")

    def _say_goodbye(self) -> None:
        try:
            self._say("Stopped.")
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _free_port(text: str) -> int:
    """The port as a number; ends the program with a sentence if it is none, or is taken."""
    port = int(text) if text.isdecimal() else 0
    if not 0 < port < 65536:
        sys.exit(f"{text!r} is not a port: give a number from 1 to 65535, such as `make run PORT=8123`.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
            sys.exit(f"Port {port} cannot be used: {why}. Choose another, such as `make run PORT={port % 65535 + 1}`.")
    return port


def _is_settled() -> bool:
    """Whether the data is as this code wants it, and has people; its connection is closed again, for children must not share it."""
    try:
        return not readiness.waiting_migrations() and User.objects.exists()
    except Error:
        return False  # preparing the data will say what is wrong with it
    finally:
        connections.close_all()


def _prepare_data() -> None:
    """Bring the database up to date, and build the demo in one that has no people."""
    try:
        readiness.check_database()
    except readiness.NotReady as missing:
        sys.exit(str(missing))
    if waiting := readiness.waiting_migrations():
        print(f"Bringing the database up to date: {len(waiting)} migrations.")
        call_command("migrate", verbosity=0, interactive=False)
    if not User.objects.exists():
        print("Building the demo world, once; this takes a while.")
        call_command("build_demo")


def _serve(port: int) -> None:
    warnings.filterwarnings("ignore", "No directory at", UserWarning)  # nothing is collected here: static files come from where they lie
    assert get_resolver().url_patterns  # the pages are loaded before the workers are made, so that no first visitor waits
    options = ["--no-control-socket", "--preload", "--workers=2", "--worker-class=gthread", "--threads=4", "--graceful-timeout=5"]
    sys.argv = ["gunicorn", *options, f"--bind={HOST}:{port}", "--log-level=warning", "commissioning.wsgi"]
    wsgiapp.run()


def _work() -> None:
    _only_what_goes_wrong()
    signals.worker_ready.connect(_say_up, weak=False)
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    celery_app.worker_main(["--quiet", "worker", "--pool=threads", "--concurrency=2", "--loglevel=INFO", *quiet])


def _beat() -> None:
    _only_what_goes_wrong()
    signals.beat_init.connect(_say_up, weak=False)
    celery_app.start(["--quiet", "beat", f"--schedule={settings.VAR / 'beat-schedule'}", "--pidfile=", "--loglevel=INFO"])


def _only_what_goes_wrong() -> None:
    """Beat rings every few seconds: a line for each would bury the rest."""
    logging.getLogger("celery").setLevel(logging.WARNING)


def _say_up(**_: object) -> None:
    os.write(1, f"{IS_UP}\n".encode())  # Celery has made a logger of sys.stdout


def _is_ready(port: int) -> bool:
    with closing(HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False


def _what(user: User) -> str:
    """What somebody is to the service, in words."""
    current = [membership for membership in user.memberships.all() if membership.ended_at is None]
    return "; ".join(f"{membership.get_role_display()}, {membership.organisation}" for membership in current) or "no role"
