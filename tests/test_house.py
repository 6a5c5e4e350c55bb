"""The design, held: every move has a rule and an act, letters have templates, files stay small, doors hold no rules."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path
from pkgutil import iter_modules

import pytest
import rules
from django.apps import apps
from django.core.management import call_command
from django.db import models

from commissioning.models import Record

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("commissioning", "suppliers", "procurement", "contracts")


def sources(pattern: str = "**/*.py") -> Iterator[Path]:
    for floor in FLOORS:
        yield from (path for path in (ROOT / floor).glob(pattern) if "migrations" not in path.parts)


def floor_models() -> list[type[Record]]:
    return [model for model in apps.get_models() if issubclass(model, Record) and model._meta.app_label in FLOORS]


def acts() -> dict[str, object]:
    found = {}
    for floor in FLOORS:
        package = import_module(f"{floor}.actions")
        for module in iter_modules(package.__path__):
            loaded = import_module(f"{floor}.actions.{module.name}")
            found.update({name: thing for name, thing in vars(loaded).items() if callable(thing) and not name.startswith("_")})
    return found


MOVES = [(model, verb) for model in floor_models() for verb in model.MOVES]


@pytest.mark.parametrize(("model", "verb"), MOVES, ids=[f"{model._meta.label_lower}.{verb}" for model, verb in MOVES])
def test_every_move_has_a_rule_and_an_act(model, verb):
    assert rules.perm_exists(f"{model._meta.app_label}.{verb}"), "no rule says who may"
    assert verb in acts(), "no act carries it out"


def test_every_rule_is_asked_for_by_an_act():
    known = set(acts()) | {verb for _, verb in MOVES}
    unasked = [name for name in rules.permissions.permissions if name.split(".")[1] not in known and name.split(".")[0] in FLOORS]
    assert unasked == []


def test_every_status_is_named_by_its_moves_alone():
    """Nothing but the door assigns a status."""
    assignment = re.compile(r"\.status\s*=[^=]")
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if assignment.search(line)
    ]
    assert [offender for offender in offenders if not offender.startswith("commissioning/moves.py")] == []


# Where each of the functions by which letters are told has the name of the template.
TELLING = {"tell": 1, "tell_invited": 2, "tell_bidders": 2}


def letters_told() -> set[str]:
    told = set()
    for path in sources():
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            template = TELLING.get(getattr(call.func, "attr", None) or getattr(call.func, "id", ""))
            if template is not None and len(call.args) > template:
                told |= {leaf.value for leaf in ast.walk(call.args[template]) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)}
    return told


def test_every_letter_has_a_template():
    templates = {path.stem for path in (ROOT / "templates" / "letters").glob("*.html")}
    assert {name for name in letters_told() if name not in templates} == set()


def doors() -> Iterator[Path]:
    for pattern in ("views/**/*.py", "api/**/*.py", "api.py", "tasks.py", "receivers.py", "serializers.py"):
        yield from sources(pattern)


def test_doors_begin_from_the_viewer_and_ask_for_no_role():
    offences = []
    for path in doors():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            reads_past_the_viewer = re.search(r"\b[A-Z]\w+\.objects\.(?!visible_to|trail_readable_by)", line)
            if reads_past_the_viewer or re.search(r"\bRole\.", line) or ".holds(" in line:
                offences.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert offences == []


def test_no_file_is_longer_than_400_lines_and_no_function_than_30():
    long = []
    for path in sources():
        text = path.read_text()
        if text.count("\n") > 400:
            long.append(str(path.relative_to(ROOT)))
        functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        long += [f"{path.relative_to(ROOT)}:{each.lineno} {each.name}" for each in functions if (each.end_lineno or 0) - each.lineno + 1 > 30]
    assert long == []


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_every_foreign_key_has_an_index():
    relations = [field for model in floor_models() for field in model._meta.local_fields if isinstance(field, models.ForeignKey)]
    bare = [f"{field}" for field in relations if not (field.unique or getattr(field, "db_index", False))]
    assert bare == []


def test_what_a_class_leaves_to_others_is_abstract():
    """A hook that nobody fills in is found when the class is used, not when a visitor comes by."""
    assert [path.name for path in sources() if "raise NotImplementedError" in path.read_text()] == []
