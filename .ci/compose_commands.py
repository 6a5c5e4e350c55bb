"""Run what docker-compose.yml runs, without Docker: each command of our image, and each health check, against local services.

Nothing is repeated here: the commands, the environment and the health checks are read from docker-compose.yml, the names of
the variables from .env.example, and the step that collects the static files from the Dockerfile. Only addresses are replaced.
Takes TEST_DATABASE_URL (a role that may create databases) and TEST_REDIS_URL; exits 1 at the first thing that does not hold.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import yaml

HERE = Path(__file__).resolve().parent.parent
SECONDS_TO_HEALTH = 90


class Failed(Exception):
    """Something in docker-compose.yml does not work as it stands."""


def filled_in(example: str) -> dict[str, str]:
    """The variables of .env.example with values such as an operator would give; what may stay empty stays so."""
    names = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    given = {"ALLOWED_HOSTS": "procurement.example,www.procurement.example", "SITE_URL": "https://procurement.example"}
    made = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "SIGNING_KEY", "POSTGRES_PASSWORD")}
    return {name: (given | made).get(name, "") for name in names}


def interpolated(text: str, values: dict[str, str]) -> str:
    """The text with `${NAME}`, `${NAME:-otherwise}` and `${NAME:?sentence}` replaced, and `$$` as `$`, as compose does it."""

    def value(match: re.Match[str]) -> str:
        name, kind, word = match["name"], match["kind"], match["word"]
        if match[0] == "$$":
            return "$"
        if kind == ":?" and not values.get(name):
            raise Failed(f".env.example does not name {name}: {word}")
        return values.get(name) or (word if kind == ":-" else "")

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<word>[^}]*))?\}", value, text)


class Here:
    """Where the parts are on this machine, in place of where they are in the composition."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.folder, self.database_url, self.redis_url = folder, database_url, redis_url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def word(self, word: str) -> str:
        """A word of a command: the service's port and folder are ours."""
        for there in ("0.0.0.0:8000", "127.0.0.1:8000"):
            word = word.replace(there, f"127.0.0.1:{self.port}")
        return word.replace("/srv/var", str(self.folder / "var"))

    def environment(self, service: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
        """Only what the composition gives, and what the image and Docker add."""
        env = {name: self.word(interpolated(str(value), values)) for name, value in service.get("environment", {}).items()}
        for name, url in (("DATABASE_URL", self.database_url), ("REDIS_URL", self.redis_url)):
            if name in env:
                env[name] = urlunsplit(urlsplit(env[name])._replace(netloc=urlsplit(url).netloc, path=urlsplit(url).path))
        image = {"VAR": str(self.folder / "var"), "STATIC_ROOT": str(self.folder / "static"), "PYTHONUNBUFFERED": "1"}
        docker = {"HOSTNAME": socket.gethostname(), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(self.folder)}
        return env | image | docker


class Service:
    """One service of the composition, as it runs here."""

    def __init__(self, name: str, service: dict[str, Any], here: Here, values: dict[str, str]) -> None:
        self.name, self.ours = name, "build" in service
        self.command = [here.word(interpolated(word, values)) for word in service.get("command", [])]
        self.env = here.environment(service, values)
        kind, *words = service.get("healthcheck", {}).get("test", ["NONE"])
        words = [here.word(interpolated(word, values)) for word in words]
        self.health = {"CMD": words, "CMD-SHELL": ["sh", "-c", *words], "NONE": []}[kind]
        self.log = here.folder / f"{name}.log"

    def is_healthy(self) -> bool:
        """Whether its health check says so."""
        return subprocess.run(self.health, env=self.env, cwd=HERE, capture_output=True, check=False).returncode == 0

    def run_to_its_end(self, other: list[str] | None = None) -> None:
        """Run its command, or another in its place, that is to end; raises Failed with its output if it fails."""
        command = other or self.command
        done = subprocess.run(command, env=self.env, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise Failed(f"{self.name} ended with {done.returncode}: {' '.join(command)}\n{done.stdout}")
        print(f"{self.name}: ended with 0: {' '.join(command)}")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run a command that is to stay: it must become healthy, stay alive, and end with 0 when asked to."""
        with self.log.open("w") as log:
            process = subprocess.Popen(self.command, env=self.env, cwd=HERE, stdout=log, stderr=log, start_new_session=True)
        try:
            self._wait_for_health(process)
            try:
                yield
            except Failed as failure:
                raise Failed(f"{failure}\nThe last lines of {self.name}:\n{self.last_lines()}") from None
            if process.poll() is not None:
                raise Failed(f"{self.name} ended by itself:\n{self.last_lines()}")
            process.terminate()
            if process.wait(timeout=60):
                raise Failed(f"{self.name} ended with {process.returncode} when it was asked to stop:\n{self.last_lines()}")
            print(f"{self.name}: stopped with 0")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

    def last_lines(self) -> str:
        """The end of what it has said."""
        return "\n".join(self.log.read_text().splitlines()[-30:])

    def _wait_for_health(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + SECONDS_TO_HEALTH
        while not self.is_healthy():
            if process.poll() is not None or time.monotonic() > until:
                raise Failed(f"{self.name} did not become healthy:\n{self.last_lines()}")
            time.sleep(0.5)
        print(f"{self.name}: healthy: {' '.join(self.command)}")


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A new database beside the one of the address, and its address; dropped afterwards."""
    name = f"compose_{os.getpid()}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    connection.close()


def collect_static_files(here: Here) -> None:
    """Run the Dockerfile's own step, with the result in our folder."""
    dockerfile = (HERE / "Dockerfile").read_text().replace("\\\n", " ")
    (step,) = re.findall(r"^RUN (.*collectstatic.*)$", dockerfile, re.MULTILINE)
    done = subprocess.run(["sh", "-c", step], env=here.environment({}, {}), cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"collectstatic of the Dockerfile failed:\n{done.stdout}{done.stderr}")
    print(f"Dockerfile: {done.stdout.strip().splitlines()[-1]}")


def check_front_page(port: int) -> None:
    """Through a proxy that ends TLS the page comes, with hashed files; without one the answer is: go to https."""
    status, headers, _ = asked(port, "/", {})
    if (status, headers.get("Location")) != (301, "https://procurement.example/"):
        raise Failed(f"Without TLS the front page answers {status}, to {headers.get('Location')}.")
    status, _, page = asked(port, "/", {"X-Forwarded-Proto": "https"})
    css = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)
    if status != 200 or not css:
        raise Failed(f"The front page answers {status}, and names {css and css[1]} as its hashed style sheet.")
    status, headers, _ = asked(port, css[1], {"X-Forwarded-Proto": "https"})
    if status != 200 or "immutable" not in headers.get("Cache-Control", ""):
        raise Failed(f"{css[1]} answers {status}, and a browser may not keep it.")
    print(f"front page: 301 to https without TLS; {len(page)} characters with {css[1]}")


def asked(port: int, path: str, headers: dict[str, str]) -> tuple[int, Message, str]:
    """What the web service answers: status, headers, text."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": "procurement.example", **headers})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()


def run_all(services: dict[str, Service], once: set[str], port: int) -> None:
    """Others' services first, then what runs once, then all that stays, together."""
    for service in services.values():
        if not service.ours and shutil.which(service.health[0]):
            if not service.is_healthy():
                raise Failed(f"The health check of {service.name} says no: {' '.join(service.health)}")
            print(f"{service.name}: healthy by {' '.join(service.health)}")
        elif not service.ours:
            print(f"{service.name}: another's image, with no command of ours; its health check {service.health[0]} is only in the image")
    for name in once:
        services[name].run_to_its_end()
        services[name].run_to_its_end(["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    stay([service for service in services.values() if service.ours and service.name not in once], port)


def stay(services: list[Service], port: int) -> None:
    """Start each while the ones before it run; when all are healthy, look at the front page."""
    if not services:
        check_front_page(port)
        return
    with services[0].running():
        stay(services[1:], port)


def main() -> None:
    """Run the whole composition once."""
    composition = yaml.safe_load((HERE / "docker-compose.yml").read_text())["services"]
    values = filled_in((HERE / ".env.example").read_text())
    once = {
        name
        for service in composition.values()
        for name, condition in service.get("depends_on", {}).items()
        if condition["condition"] == "service_completed_successfully"
    }
    database, redis = os.environ["TEST_DATABASE_URL"], os.environ["TEST_REDIS_URL"]
    with tempfile.TemporaryDirectory() as folder, own_database(database) as own:
        here = Here(Path(folder), own, redis)
        (here.folder / "var").mkdir(mode=0o700)
        collect_static_files(here)
        run_all({name: Service(name, service, here, values) for name, service in composition.items()}, once, here.port)


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(str(failure))
