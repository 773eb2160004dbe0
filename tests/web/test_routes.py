"""The matrix of routes and roles: every route of the screens names its permission, and the permission decides."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, get_resolver

from fairdue.foundation.permissions import ROLES, Permission

pytestmark = pytest.mark.no_database


def routes(resolver=None, prefix=""):
    from fairdue.web import urls

    for entry in (resolver or urls).urlpatterns if resolver is None else resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from routes(entry, path)


def test_every_route_of_the_screens_names_its_permission():
    assert [
        path for path, entry in routes() if not isinstance(getattr(entry.callback, "permission", None), Permission)
    ] == []


def test_every_route_has_a_name_of_its_own():
    names = [entry.name for _, entry in routes()]
    assert None not in names
    assert len(names) == len(set(names))
    assert get_resolver().namespace_dict["web"]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_permission_of_a_route_decides_for_every_role(role):
    from types import SimpleNamespace

    from django.core.exceptions import PermissionDenied

    from fairdue.web.permit import needs

    for permission in Permission:
        view = needs(permission)(lambda request: "seen")
        request = SimpleNamespace(ctx=SimpleNamespace(may=lambda one: one in ROLES[role]))
        if permission in ROLES[role]:
            assert view(request) == "seen"
        else:
            with pytest.raises(PermissionDenied):
                view(request)
