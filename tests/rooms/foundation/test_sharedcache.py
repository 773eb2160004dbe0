"""What all workers must agree on lies in the database: a code is used once, and tries are counted once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client

from fairdue.foundation import clock
from fairdue.foundation.models import SharedValue, User
from fairdue.foundation.sharedcache import SWEEP_EVERY, SharedCache


@pytest.fixture
def key(database):
    return f"test:{uuid4()}"


def expire(key):
    rows = SharedValue.objects.filter(key=cache.make_key(key))
    assert rows.update(expires_at=clock.now() - timedelta(seconds=1)) == 1


def test_the_cache_of_the_product_is_the_shared_one():
    assert isinstance(caches["default"], SharedCache)


def test_another_worker_sees_what_one_wrote(key):
    SharedCache("", {}).set(key, [1.5, 2.5], 60)
    other = SharedCache("", {})
    assert other.get(key) == [1.5, 2.5]
    assert other.delete(key)
    assert not other.delete(key)
    assert other.get(key, "nothing") == "nothing"


def test_of_many_who_add_one_wins(key):
    def add(number):
        won = SharedCache("", {}).add(key, number, 60)
        connection.close()
        return won

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(24))) == 1


def test_what_expired_is_gone_and_its_place_is_free(key):
    assert cache.add(key, "first", 60)
    assert not cache.add(key, "second", 60)
    expire(key)
    assert cache.get(key) is None
    assert not cache.touch(key, 60)
    assert cache.add(key, "third", 60)
    assert cache.get(key) == "third"


def test_a_value_lasts_longer_when_touched_and_for_ever_when_told(key):
    cache.set(key, True, None)
    assert cache.get(key) is True
    assert cache.touch(key, 5)
    assert SharedValue.objects.get(key=cache.make_key(key)).expires_at < clock.now() + timedelta(seconds=6)


def test_what_expired_is_swept_away(key):
    one = SharedCache("", {})
    one.set(key, 1, 60)
    expire(key)
    for number in range(SWEEP_EVERY):
        one.set(f"{key}:more", number, 60)
    assert not SharedValue.objects.filter(key=one.make_key(key)).exists()


def sign_in_from(address, email, password):
    worker = Client(REMOTE_ADDR=address)
    return worker.post("/account/login/", {"login": email, "password": password})


def test_tries_to_sign_in_are_counted_over_all_workers(key, monkeypatch):
    """Each try goes through a cache object of its own, as it would in a process of its own."""
    import allauth.core.internal.ratelimit as counting

    email = f"{uuid4().hex}@agency.example"
    User.objects.create_user(email, "a long right passphrase")
    statuses = []
    for number in range(6):
        monkeypatch.setattr(counting, "cache", SharedCache("", {}))
        statuses.append(sign_in_from(f"192.0.2.{number}", email, "wrong guess").content)
    assert b"Too many failed login attempts" in statuses[5]
    assert b"Too many failed login attempts" not in statuses[4]
    refused = sign_in_from("192.0.2.9", email, "a long right passphrase")
    assert refused.status_code == 200
