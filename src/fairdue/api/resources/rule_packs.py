"""Rule packs: the official rules on this machine, and bringing one in with four eyes."""

from datetime import date
from http import HTTPStatus
from uuid import UUID

from ninja import File
from ninja.files import UploadedFile
from pydantic import BaseModel

from fairdue.api.routing import Call, Resource
from fairdue.core.findings import refuse
from fairdue.foundation.approvals import pending
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.services.rulepacks import KIND, may_upload, propose_rule_pack
from fairdue.invoicing.validation.packs import covers, installed, missing
from fairdue.invoicing.validation.store import LARGEST

rule_packs = Resource("/rule-packs", "invoicing")
RESOURCES = [rule_packs]


class RulePackOut(BaseModel):
    """A rule set as it lies on this machine; `judges` says whether it judges what is issued today."""

    name: str
    version: str
    sha256: str
    valid_from: date | None
    valid_to: date | None
    origin: str
    judges: bool


class RuleSetOut(BaseModel):
    """A rule set that is not here for today: documents that need it are told as not checked."""

    rule_set: str
    syntax: str


class RulePacksOut(BaseModel):
    """What is here, what is missing, whether packs may come in over the API, and what waits for a second person."""

    data: list[RulePackOut]
    missing: list[RuleSetOut]
    may_import: bool
    waiting: list[UUID]


class ProposedPack(BaseModel):
    """The approval that another person decides under /approvals."""

    approval: UUID


@rule_packs.get("", Permission.INVOICES_VIEW, RulePacksOut)
def list_rule_packs(call: Call) -> RulePacksOut:
    """List the official rules on this machine, and the rule sets that are missing today."""
    found = [
        RulePackOut(
            name=one.name, version=one.version, sha256=one.sha256, valid_from=one.valid_from, valid_to=one.valid_to,
            origin=one.origin, judges=covers(one, call.today),
        )
        for one in installed()
    ]  # fmt: skip
    return RulePacksOut(
        data=found,
        missing=[RuleSetOut(rule_set=name, syntax=syntax) for name, syntax in missing(call.today)],
        may_import=may_upload() and call.ctx.may(Permission.SETTINGS_EDIT),
        waiting=[row.id for row in pending(call.ctx) if row.kind == KIND],
    )


@rule_packs.post("", Permission.SETTINGS_EDIT, ProposedPack, status=HTTPStatus.ACCEPTED, upload=True)
def propose_a_rule_pack(call: Call, file: File[UploadedFile]) -> ProposedPack:
    """Check a pack (zip with manifest.json) and propose it; somebody else imports it by approving.

    Refused where several tenants share the machine: its operator imports rules there.
    """
    if (file.size or 0) > LARGEST:
        raise refuse("rules.size", "file", f"A pack has {LARGEST // 1024**2} MB at most.")
    approval = propose_rule_pack(call.ctx, content=file.read(), name=file.name or "", today=call.today)
    return ProposedPack(approval=approval)
