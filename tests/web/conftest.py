"""People at the screens: a signed-in client for each role, a running site, and a browser in front of it."""

from __future__ import annotations

import itertools
import os
import shutil
import threading

import pytest

from tests.portal.conftest import debtor_books, link  # noqa: F401 - fixtures, found by their names

_COUNTER = itertools.count(1)
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture
def person(ctx):
    """Make a user with a seat in the tenant of `ctx`: `person("collector")`."""
    from fairdue.foundation.models import Membership, User

    def make(role="admin", creditor=None, name="Jana Okafor"):
        number = next(_COUNTER)
        user = User.objects.create_user(f"u{number}-{ctx.tenant}@weiss.example", "correct horse battery", name=name)
        Membership.objects.create(user=user, tenant_id=ctx.tenant, role=role, creditor_id=creditor)
        return user

    return make


@pytest.fixture
def sign_in(person):
    """Return a signed-in test client of a role."""
    from django.test import Client

    def make(role="admin", **fields):
        client = Client()
        client.user = person(role, **fields)
        client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture(scope="session")
def site(database):
    """The product behind a real socket, for browsers."""
    from django.conf import settings
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            """Say nothing."""

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet, connections_override={})
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the run."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, in which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _is_complaint(line):
    """htmx tells of a question that was given up for a later one as of an error; a failed one says more besides."""
    return line.type == "error" and not line.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))


@pytest.fixture
def open_page(site, chromium, sign_in):
    """Open a page as somebody: `open_page("/help", role="collector", size="phone", dark=True)`."""
    contexts = []

    def open_it(path, *, role="admin", size="desk", dark=False, script=True, client=None):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        if client is None and role:
            client = sign_in(role)
        if client is not None:
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda line: page.complaints.append(line.text) if _is_complaint(line) else None)
        page.goto(f"{site}{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def axe():
    """Return what axe finds wrong on a page, in words."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page):
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        return [
            f"{one['id']}: {one['help']}: {node['html'][:200]}"
            for one in found.response["violations"]
            for node in one["nodes"][:4]
        ]

    return check
