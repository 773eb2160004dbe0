"""Whoever asks may write any header; only what our own proxies wrote is believed."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from fairdue.foundation.proxies import client_address, client_of, parse_trust

pytestmark = pytest.mark.no_database
TABLE = """
setting           | peer            | header                          | client
                  | 203.0.113.9     | 198.51.100.1                    | 203.0.113.9
                  | 10.0.0.5        | 198.51.100.1                    | 10.0.0.5
1                 | 10.0.0.5        | 198.51.100.1                    | 198.51.100.1
1                 | 10.0.0.5        | 6.6.6.6, 198.51.100.1           | 198.51.100.1
1                 | 10.0.0.5        |                                 | 10.0.0.5
1                 | 10.0.0.5        | unknown                         | 10.0.0.5
2                 | 10.0.0.5        | 6.6.6.6, 198.51.100.1, 10.0.0.7 | 198.51.100.1
2                 | 10.0.0.5        | 198.51.100.1                    | 10.0.0.5
10.0.0.0/8        | 10.0.0.5        | 198.51.100.1                    | 198.51.100.1
10.0.0.0/8        | 10.0.0.5        | 6.6.6.6, 198.51.100.1           | 198.51.100.1
10.0.0.0/8        | 10.0.0.5        | 198.51.100.1, 10.0.0.7          | 198.51.100.1
10.0.0.0/8        | 10.0.0.5        | 10.0.0.8, 10.0.0.7              | 10.0.0.8
10.0.0.0/8        | 203.0.113.9     | 198.51.100.1                    | 203.0.113.9
10.0.0.0/8        | 10.0.0.5        | 198.51.100.1, nonsense          | 10.0.0.5
10.0.0.0/8        | 10.0.0.5        | 198.51.100.1:4711               | 198.51.100.1
10.0.0.0/8        | ::ffff:10.0.0.5 | [2001:db8::1]:4711              | 2001:db8::1
10.0.0.5, fd00::1 | fd00::1         | 198.51.100.1, 10.0.0.5          | 198.51.100.1
10.0.0.0/8        |                 | 198.51.100.1                    |
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize("setting, peer, header, client", ROWS)
def test_the_client_is_the_last_who_is_not_ours(setting, peer, header, client):
    assert client_of(peer, header, parse_trust(setting)) == client


@given(st.text(), st.sampled_from(["1", "10.0.0.0/8"]))
def test_what_the_client_wrote_itself_never_matters(written, setting):
    assert client_of("10.0.0.5", f"{written}, 198.51.100.1", parse_trust(setting)) == "198.51.100.1"


@given(st.text(), st.ip_addresses().map(str))
def test_by_default_nothing_is_believed(written, peer):
    assert client_of(peer, written, parse_trust("")) == peer


@pytest.mark.parametrize("setting", ["yes", "10.0.0.5/8", "11", "10.0.0.5;10.0.0.6", "1, 2"])
def test_a_setting_that_cannot_be_meant_is_refused(setting):
    with pytest.raises(ImproperlyConfigured, match="FAIRDUE_TRUSTED_PROXIES"):
        parse_trust(setting)


@pytest.mark.parametrize("setting, expected", [("", "10.0.0.5"), ("10.0.0.5", "198.51.100.1")])
def test_everybody_behind_the_middleware_sees_the_client(settings_trust, setting, expected):
    settings_trust(setting)
    answer = client_address(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.5", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.1"})
    assert answer(request).content.decode() == expected


@pytest.fixture
def settings_trust(monkeypatch):
    from django.conf import settings

    return lambda text: monkeypatch.setattr(settings, "TRUSTED_PROXIES", parse_trust(text))


def test_it_stands_before_all_others():
    from django.conf import settings

    assert settings.MIDDLEWARE[0] == "fairdue.foundation.proxies.client_address"
