"""Every call of the API with values at both ends of what its shape allows: no error of the house, always a problem."""

from __future__ import annotations

import json
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from fairdue.api import limits
from fairdue.api.application import api
from tests.api.calling import Machine
from tests.attack.neighbours import TODAY, agency
from tests.attack.test_every_door import ENDS, HERS, calls
from tests.conftest import _leave_no_work

BODIES = [[], None, {"creditor": "x", "items": [{}]}]


@pytest.fixture
def house(database, monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())
    monkeypatch.setattr(limits, "BURST", 1e9)  # every call is answered, however many come
    made = agency("calls")
    yield made
    _leave_no_work(made.ctx)


class Extreme:
    """Makes a body of the shape that a call asks for, with values at one end of what the shape allows."""

    def __init__(self, house, schemas, *, high):
        self.house, self.schemas, self.high = house, schemas, high

    def of(self, schema, name=""):
        """Return a value of a schema; ids of known names are those of the neighbour, so that the call goes deep."""
        if "$ref" in schema:
            return self.of(self.schemas[schema["$ref"].rpartition("/")[2]], name)
        if "anyOf" in schema:
            return self.of(schema["anyOf"][0], name)
        if "enum" in schema:
            return schema["enum"][-1 if self.high else 0]
        made = {
            "object": lambda: {key: self.of(one, key) for key, one in schema.get("properties", {}).items()},
            "array": lambda: [self.of(schema.get("items", {}), name.removesuffix("s"))],
            "integer": lambda: 2**63 if self.high else -1,
            "number": lambda: 1e300 if self.high else -1,
            "boolean": lambda: self.high,
        }.get(schema.get("type", "string"))
        return made() if made else self._text(schema, name)

    def _text(self, schema, name):
        if schema.get("format") == "uuid":
            ids = self.house.ids.get(HERS.get(name, name))
            return str(ids[0]) if ids else str(uuid4())
        if schema.get("format") == "date":
            return ENDS[self.high]
        if schema.get("format") == "date-time":
            return f"{ENDS[self.high]}T00:00:00Z"
        pattern = schema.get("pattern", "")
        if "A-Z" in pattern:
            return ("EUR" if "3" in pattern else "DE") if self.high else "ZZZ"[: 3 if "3" in pattern else 2]
        if r"\d" in pattern:
            return ("9" * 17 if "17" in pattern else "999") if self.high else "0"
        return "\u202e=1" if self.high else "x"


def asked(operation, extreme):
    """Return the query of a call with every parameter at an extreme."""
    named = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return urlencode({one["name"]: extreme.of(one["schema"], one["name"]) for one in named}, doseq=True)


def test_no_body_and_no_parameter_of_a_call_breaks_it(house):
    machine, wrong, described = Machine(house.ctx), [], api.get_openapi_schema()
    ends = [Extreme(house, described["components"]["schemas"], high=high) for high in (False, True)]
    for route, path in calls(house):
        operation = described["paths"][route.path][route.method.lower()]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        answers = []
        for extreme in ends:
            where = f"{path}?{asked(operation, extreme)}"
            answers.append(machine.call(route.method, where, extreme.of(body) if body else None, key=uuid4().hex))
        if route.method == "GET":
            answers.append(machine.call("GET", f"{path}?creditor=%00&limit=-1&cursor=\u0663&q=%00&as_of=x"))
        else:
            answers += [machine.call(route.method, path, one, key=uuid4().hex) for one in BODIES]
        wrong += [(route.method, path, one.status_code) for one in answers if one.status_code >= 500]
        wrong += [(path, "no problem") for one in answers if one.status_code >= 400 and not is_problem(one)]
    assert wrong == []


def is_problem(answer):
    return answer["Content-Type"].startswith("application/problem+json") and json.loads(answer.content)["status"]
