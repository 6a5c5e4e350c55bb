"""The API as its own description says it is: whatever fits the description, or does not, gets an answer that the description knows."""

import json
import random
import string

import pytest
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from commissioning.models import User
from tests.factories import tenders
from tests.trust.input.conftest import undone
from tests.trust.input.stage import MOMENTS

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
UNKNOWN = "00000000-0000-4000-8000-00000000dead"
ROUNDS = 3
# An answer of any operation, for whatever it was sent.
ALWAYS = {"400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "429"}


@pytest.fixture(scope="module")
def described(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return json.loads(APIClient().get("/api/v1/schema/?format=json", headers={"Accept": "application/vnd.oai.openapi+json"}).content)


class Maker:
    """Values that fit a schema, and sometimes ones that do not."""

    def __init__(self, described, seed):
        self.parts, self.chance = described["components"]["schemas"], random.Random(seed)

    def value(self, schema, depth=0):
        if self.chance.random() < 0.15:
            return self.chance.choice([None, True, -1, 1.5, "", "x" * 300, [], {}, [None], {"a": 1}, "\u0000", UNKNOWN])
        schema = self.resolved(schema)
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        return getattr(self, f"_{schema.get('type', 'string')}")(schema, depth)

    def resolved(self, schema):
        while True:
            if "$ref" in schema:
                schema = self.parts[schema["$ref"].rpartition("/")[2]]
            elif many := schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf"):
                schema = self.chance.choice(many)
            else:
                return schema

    def _object(self, schema, depth):
        asked = schema.get("properties", {})
        made = {name: self.value(each, depth + 1) for name, each in asked.items() if name in schema.get("required", ()) or self.chance.random() < 0.7}
        return made if asked else {self.chance.choice([UNKNOWN, "x"]): self.value(schema.get("additionalProperties") or {}, depth + 1)}

    def _array(self, schema, depth):
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(self.chance.randint(0, 3))]

    def _string(self, schema, depth):
        fixed = {"uuid": UNKNOWN, "date": "2026-06-11", "date-time": "2026-06-11T12:00:00Z", "email": "a@b.example", "decimal": "12.50"}
        if schema.get("format") in fixed:
            return fixed[schema["format"]]
        return "".join(self.chance.choices(string.printable + "é😀\u202e", k=self.chance.randint(0, 40)))

    def _integer(self, schema, depth):
        fitting = [schema[bound] for bound in ("minimum", "maximum") if bound in schema]
        return self.chance.choice([0, 1, -1, 5, 2**31 - 1, 2**31, 10**20, *fitting * 4])

    def _number(self, schema, depth):
        return self.chance.choice([0, 1.5, -1.5, 1e308])

    def _boolean(self, schema, depth):
        return self.chance.random() < 0.5


def without_nullable(schema):
    """OpenAPI 3.0 says `nullable` where JSON Schema has a type for nothing."""
    if isinstance(schema, list):
        return [without_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: without_nullable(each) for name, each in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def fits(response, promised, described, called):
    """Whether a JSON answer was promised in a shape; it must then have that."""
    schema = promised.get("content", {}).get("application/json", {}).get("schema")
    if schema is None or "json" not in response.get("Content-Type", "") or not response.content:
        return False
    whole = {**without_nullable(schema), "components": without_nullable(described["components"])}
    wrong = next(Draft202012Validator(whole).iter_errors(response.json()), None)
    assert wrong is None, (*called, wrong.json_path, wrong.message)
    return True


CALLERS = {"nobody": None, "lead": "lead@hillingdon.example", "supplier": "bids@bupa.example"}


def calls(described, maker, ids):
    """Every operation, each parameter filled in."""
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            address, query = path, {}
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    noun = path.split("/")[3]
                    address = address.replace(f"{{{parameter['name']}}}", maker.chance.choice(ids.get(noun) or [UNKNOWN]))
                elif parameter["in"] == "query" and maker.chance.random() < 0.3:
                    query[parameter["name"]] = str(maker.value(parameter["schema"]))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            yield method, path, address, query, maker.value(body["schema"]) if body else None, operation["responses"]


def identifiers(client, described):
    """The ids that a caller may see, by the plural of the records."""
    found = {}
    for path in described["paths"]:
        if path.count("/") == 4 and "{" not in path and "get" in described["paths"][path]:
            response = client.get(path)
            rows = response.json().get("results", []) if response.status_code == 200 and "json" in response["Content-Type"] else []
            found[path.split("/")[3]] = [row["id"] for row in rows if isinstance(row.get("id"), str)][:20]
    return found


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_operation_answers_as_it_is_described(stage, now, described, caller, seed):
    now[0] = MOMENTS[seed]
    client, maker, counted = APIClient(), Maker(described, seed), 0
    if CALLERS[caller]:
        client.force_authenticate(User.objects.get(email=CALLERS[caller]))
    ids = identifiers(client, described) if CALLERS[caller] else {}
    assert tenders.who("lead")
    for method, path, address, query, body, responses in calls(described, maker, ids):
        target = f"{address}?{'&'.join(f'{name}={value!a}' for name, value in query.items())}" if query else address
        with undone():
            sent = {"data": json.dumps(body), "content_type": "application/json"} if method != "get" else {}
            response = getattr(client, method)(target, headers={"Idempotency-Key": f"one-request-{seed:04}"}, **sent)
            status = str(response.status_code)
            assert status in responses or status in ALWAYS, (method, path, status, body)
            if status == "200" or status == "201":
                counted += fits(response, responses[status], described, (method, path))
            else:
                answer = response.json()
                assert answer.keys() == {"type", "errors"}, (method, path, status)
                assert all(error["detail"] for error in answer["errors"])
    assert counted > (3 if caller == "nobody" else 20)
