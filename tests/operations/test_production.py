"""In production nothing is guessed: what is missing is named, and the demo cannot be turned on."""

import json
from pathlib import Path

import pytest

from tests.operations.conftest import manage

COMPLETE = {
    "RUN_MODE": "production",
    "SECRET_KEY": "a key that is long enough to be one, and has many different letters",
    "SIGNING_KEY": "another key",
    "ALLOWED_HOSTS": "procurement.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1",
    "TRUSTED_PROXIES": "1",
}
SHOW = "from django.conf import settings; print(settings.{})"


def shown(setting: str, **variables: str) -> str:
    """The setting, as production has it with these variables."""
    done = manage("shell", "--no-imports", "--command", SHOW.format(setting), **COMPLETE | variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", sorted(COMPLETE.keys() - {"RUN_MODE"}))
def test_production_does_not_start_without(name: str) -> None:
    for variables in ({key: value for key, value in COMPLETE.items() if key != name}, COMPLETE | {name: ""}):
        done = manage("check", **variables)
        assert done.returncode != 0
        assert f"Set {name}: production does not start without it." in done.stderr


def test_a_mode_that_is_not_named_is_production() -> None:
    done = manage("check")
    assert done.returncode != 0
    assert "production does not start without it." in done.stderr


def test_a_mode_that_is_unknown_is_refused() -> None:
    done = manage("check", **COMPLETE | {"RUN_MODE": "demo"})
    assert done.returncode != 0
    assert "RUN_MODE is 'demo'; it must be one of production, embedded, test." in done.stderr


@pytest.mark.parametrize("name", ["DEMO", "EMBEDDED", "DEBUG"])
def test_no_variable_turns_the_demo_on_in_production(name: str) -> None:
    assert shown(name, **{name: "1"}) == "False"


def test_up_is_not_for_production() -> None:
    done = manage("up", **COMPLETE)
    assert done.returncode == 1
    assert done.stderr.startswith("`up` runs the embedded demo:")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a key from a file\n")
    assert shown("SECRET_KEY", SECRET_KEY="", SECRET_KEY_FILE=str(file)) == "a key from a file"


@pytest.mark.parametrize("url", ["mysql://somebody@127.0.0.1/procurement", "sqlite:///procurement.sqlite3", "procurement"])
def test_only_postgresql_serves_production(url: str) -> None:
    done = manage("check", **COMPLETE | {"DATABASE_URL": url})
    assert done.returncode != 0
    assert "DATABASE_URL must begin with postgres:// or postgresql://." in done.stderr


def test_static_files_get_names_that_change_with_their_content(tmp_path: Path) -> None:
    done = manage("collectstatic", "--no-input", **COMPLETE | {"STATIC_ROOT": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    named = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    css = named["nhsuk/css/nhsuk-frontend-10.4.2.min.css"]
    assert css != "nhsuk/css/nhsuk-frontend-10.4.2.min.css"
    assert (tmp_path / css).is_file()
    assert (tmp_path / f"{css}.gz").is_file()
