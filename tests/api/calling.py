"""A machine that calls the API with a key."""

from __future__ import annotations

import itertools
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fairdue.foundation import accounts
from fairdue.foundation.permissions import Permission
from tests import make

_CALLS = itertools.count(1)


class Machine:
    """Calls with a key; `post` brings an Idempotency-Key of its own unless told otherwise."""

    def __init__(self, ctx, scopes=tuple(Permission), creditor=None):
        self.ctx = ctx
        with ctx.open():
            made = accounts.create_api_key(
                ctx, name="test", scopes=[str(scope) for scope in scopes], creditor=creditor, today=make.TODAY
            )
        self.key_id, self.secret = made.id, made.secret
        self.client = Client(raise_request_exception=False)

    def call(self, method, path, body=None, *, key=None, **headers):
        headers = {"Authorization": f"Bearer {self.secret}"} | headers
        if key:
            headers["Idempotency-Key"] = key
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1{path}", headers=headers, **given)

    def upload(self, path, content=b"", name="file.csv", *, key=None):
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key or f"k{next(_CALLS)}"}
        file = SimpleUploadedFile(name, content)
        return self.client.post(f"/api/v1{path}", {"file": file}, headers=headers)

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, *, key=None, **headers):
        return self.call("POST", path, {} if body is None else body, key=key or f"k{next(_CALLS)}", **headers)


def codes(response):
    return [finding["code"] for finding in response.json()["findings"]]
