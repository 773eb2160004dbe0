"""The generated pages say what the routes say, and the examples of the how-to are the API's own."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HOWTO = ROOT / "docs/howto/use-the-api.md"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("permissions_tool", ROOT / "tools/permissions.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.no_database
def test_the_matrix_and_the_list_of_calls_are_up_to_date(tool):
    for name, text in tool.pages().items():
        assert (ROOT / "docs/reference" / name).read_text() == text, "run python tools/permissions.py"


@pytest.mark.no_database
def test_a_screen_without_a_permission_is_refused(tool):
    from django.urls import path

    with pytest.raises(tool.UnpermittedRouteError, match="/open"):
        list(tool.web_routes([path("open", lambda request: None)]))


def test_the_examples_of_the_howto_run(api, books):
    """Each ```bash block is one curl call; it is translated into a request and must succeed."""
    number = api.get(f"/debtors/{books.debtor}").json()["external_id"]
    known = {"CREDITOR": str(books.creditor), "CUSTOMER": number}
    blocks = re.findall(r"```bash\n(.*?)```", HOWTO.read_text(), re.DOTALL)
    calls = [block for block in blocks if block.startswith("curl")]
    assert len(calls) >= 6
    for call in calls:
        block = call
        for name, value in known.items():
            block = block.replace(f"${name}", value)
        method = found[1] if (found := re.search(r"-X (\w+)", block)) else "POST" if "-d " in block else "GET"
        path = re.search(r"\$URL/api/v1(\S*?)[\"'\s]", block)[1]
        body = found[1] if (found := re.search(r"-d '(.*?)'", block, re.DOTALL)) else None
        key = found[1] if (found := re.search(r"Idempotency-Key: ([\w-]+)", block)) else None
        answer = api.call(method, path, json.loads(body) if body else None, key=key)
        assert answer.status_code < 300, (block, answer.content)
        if "/open-items" in path and method == "POST":
            known["ITEM"] = answer.json()["ids"][0]
        if "/credits" in path and method == "POST":
            known["PAYMENT"] = answer.json()["ids"][0]
        if path == "/allocations" and method == "POST":
            known["GROUP"] = answer.json()["group"]
