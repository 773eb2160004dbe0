"""A wording names values and tables; it runs nothing, reads nothing, and can always be taken back."""

import builtins
import json
import socket
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.collections import selectors
from fairdue.collections.ladders import Wordings
from fairdue.collections.sample import write_sample
from fairdue.collections.services import save_wording, withdraw_wording
from fairdue.collections.wording import LANGUAGES, TABLES, TEMPLATES, VALUES, Wording, built_in
from fairdue.core.findings import RefusedError
from fairdue.core.letter import write_letter
from tests import make

TODAY = date(2026, 4, 6)
HOSTILE = [
    "{customer.__class__}", "{customer!r}", "{customer:>9}", "{0}", "{}", "{{customer}}", "{% include 'x' %}",
    "{{ settings.SECRET_KEY }}", "{customer[0]}", "{__import__}", "{nothing}", "{", "}",
]  # fmt: skip
HARMLESS = ["%(secret)s", "$HOME", "`id`", '#include("/etc/passwd")', "<?php phpinfo() ?>", "<script>x</script>"]


def save(ctx, body="Dear {customer},\n\n{items}", subject="{total} open", **more):
    return save_wording(
        ctx, template=more.pop("template", "notice"), language=more.pop("language", "en"), subject=subject, body=body,
        today=TODAY, **more,
    )  # fmt: skip


def test_the_client_s_words_count_before_ours_and_ours_before_the_shipped_ones(ctx, books):
    def counts():
        return Wordings().of(books.creditor, "notice", "en-GB").subject

    with ctx.open():
        shipped = built_in("notice", "en").subject
        assert counts() == shipped
        save(ctx, subject="ours")
        assert counts() == "ours"
        save(ctx, subject="theirs", creditor=books.creditor)
        assert counts() == "theirs"
        sources = {row.source for row in selectors.wordings(ctx, creditor=books.creditor)}
        assert sources == {"creditor", "built_in"}
        withdraw_wording(ctx, template="notice", language="en", creditor=books.creditor, today=TODAY)
        assert counts() == "ours"
        withdraw_wording(ctx, template="notice", language="en", today=TODAY)
        assert counts() == shipped
        with pytest.raises(RefusedError):
            withdraw_wording(ctx, template="notice", language="en", today=TODAY)


def test_every_earlier_wording_can_be_read_again(ctx, books):
    with ctx.open():
        save(ctx, body="One {customer}")
        save(ctx, body="Two {customer}")
        withdraw_wording(ctx, template="notice", language="en", today=TODAY)
        save(ctx, body="Theirs", creditor=books.creditor)
        told = selectors.wording_history(ctx, template="notice", language="en")
        theirs = selectors.wording_history(ctx, template="notice", language="en", creditor=books.creditor)
    assert [change.body for change in told] == ["", "Two {customer}", "One {customer}"]
    assert [change.body for change in theirs] == ["Theirs"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("part", ["subject", "body"])
def test_what_is_no_placeholder_is_refused(ctx, text, part):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        save(ctx, **{part: f"Dear {text}"})
    assert {finding.path for finding in refusal.value.findings} == {part}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_other_languages_would_run_is_text_here(ctx, books, text, monkeypatch):
    def forbidden(*args, **kwargs):
        raise AssertionError("a wording may open nothing")

    with ctx.open():
        save(ctx, body=f"{text}\n\n{{items}}")
        wording = Wordings().of(books.creditor, "notice", "en")
        with monkeypatch.context() as patched:
            patched.setattr(builtins, "open", forbidden)
            patched.setattr(socket, "socket", forbidden)
            written = write_sample(
                ctx, template="notice", language="en", wording=wording, creditor=books.creditor, today=TODAY
            )
    assert text in written.letter.text
    assert "<script" not in written.letter.html
    assert "<?" not in written.letter.html


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_value_is_put_in_once_and_never_read_as_a_placeholder(first, second):
    values = dict.fromkeys(VALUES, "") | {"customer": first, "creditor": second}
    letter = write_letter("x", "A{customer}B{creditor}C", values, {})
    assert letter.text == f"A{first}B{second}C\n"
    assert "<" not in letter.html.replace("<p>", "").replace("</p>", "").replace("<br>", "")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"template": "poem"}, "wording.unknown"), ({"language": "xx"}, "wording.unknown"),
     ({"subject": "x" * 201}, "wording.long"), ({"body": "x" * 10_001}, "wording.long"),
     ({"subject": " "}, "wording.empty"), ({"subject": "two\nlines"}, "wording.subject")],
)  # fmt: skip
def test_a_wording_that_cannot_be_is_refused(ctx, change, code):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        save(ctx, **change)
    assert refusal.value.findings[0].code == code


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_shipped_wording_can_be_looked_at_and_saved_as_it_is(ctx, books, template, language):
    with ctx.open():
        wording = built_in(template, language)
        written = write_sample(ctx, template=template, language=language, wording=wording, today=TODAY)
        assert "SAMPLE-1001" in written.letter.text
        assert "{" not in written.letter.text
        assert (template == "formal_notice") is bool(written.claims)
        save(ctx, template=template, language=language, subject=wording.subject, body=wording.body)


def test_a_sample_needs_a_client(ctx):
    with ctx.open(), pytest.raises(RefusedError):
        write_sample(ctx, template="notice", language="en", wording=Wording("x", "y"), today=TODAY)


def test_the_command_line_saves_shows_and_takes_back(ctx, books, tmp_path, capsys):
    from fairdue.cli.main import main
    from fairdue.foundation.models import Tenant
    from fairdue.parties.models import Creditor

    slug = Tenant.objects.get(id=ctx.tenant).slug
    with ctx.open():
        code = Creditor.objects.get(id=books.creditor).code

    def run(*args):
        status = main(["collections", *map(str, args), "--tenant", slug, "--today", "2026-04-06", "--json"])
        out = capsys.readouterr().out
        return json.loads(out) if status == 0 else status

    words = tmp_path / "words.txt"
    words.write_text("Ours {total}\nDear {customer}\n\n{items}\n")
    run("wording-save", "notice", "en", words)
    mine = [row for row in run("wordings")["wordings"] if row["whose"] == "tenant"]
    assert [row["subject"] for row in mine] == ["Ours {total}"]
    run("wording-take-back", "notice", "en")
    assert {row["whose"] for row in run("wordings")["wordings"]} == {"built_in"}
    assert run("wording-take-back", "notice", "en") == 1
    assert run("wording-save", "notice", "en", tmp_path / "missing") == 1
    ladder = tmp_path / "ladder.json"
    step = {"offset_days": 5, "channel": "email", "template": "notice", "tone": "friendly"}
    ladder.write_text(json.dumps({"steps": [step]}))
    run("cadence-save", "Slow", ladder, "--move-running")
    run("cadence-assign", "Slow", "--creditor", code)
    told = run("cadences")
    assert [row["name"] for row in told["cadences"]] == ["Standard", "Slow"]
    assert told["assigned"] == [{"creditor": "Nordwind GmbH", "debtor": "all", "cadence": "Slow"}]
    assert run("cadence-assign", "Fast", "--creditor", code) == 1
    assert run("cadence-assign", "Slow") == 1
    ladder.write_text("[]")
    assert run("cadence-save", "Slow", ladder) == 1
    assert make.TODAY < TODAY
    assert TABLES
