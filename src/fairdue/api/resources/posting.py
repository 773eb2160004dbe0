"""What may be posted: the settings of a creditor, customers' codes for deductions; and payments that banks ask back."""

from datetime import date
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from django.http import Http404
from ninja import File
from ninja.files import UploadedFile
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Limit
from fairdue.api.resources import creditors
from fairdue.api.resources.debits import FileOut
from fairdue.api.resources.debtors import known_debtors
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.cash.posting.codes import CodeDraft, codes, remove_code, set_code, unknown_codes
from fairdue.cash.posting.policies import CashPolicy, policy_settings, set_policy
from fairdue.cash.returns import selectors as returns
from fairdue.cash.returns.recalls import import_recalls, link_recall, refuse_recall
from fairdue.core.findings import refuse
from fairdue.core.matching import Tolerance
from fairdue.foundation.files import load, store
from fairdue.foundation.permissions import Permission

policies = Resource("/cash-policies", "cash")
deduction_codes = Resource("/deduction-codes", "cash")
recalls = Resource("/recalls", "cash")
RESOURCES = [policies, deduction_codes, recalls]


class ToleranceWire(values.Body):
    """The differences of one currency that need nobody."""

    small_difference: values.Amount
    largest_charge: values.Amount
    charge_step: values.Amount


class PolicyWire(values.Body):
    """What a creditor lets be posted; limits by role in the currency of its books, tolerances by currency."""

    discount_grace_days: int
    late_discount_days: int
    late_discount_posted_days: int
    tolerances: dict[str, ToleranceWire] = Field(default_factory=dict)
    limits: dict[str, values.Amount] = Field(default_factory=dict)
    charge_return_fees: bool = False
    refund_quiet_days: int
    prenotification_days: int
    payday: int
    debit_retries: int
    wrong_cost: int
    automatic_from: int | None = None
    shadow: bool
    shadow_until: date | None = None


class CodeIn(values.Body):
    """What a customer's code means; `most` is granted on one document. Without `debtor` for every customer."""

    creditor: UUID
    debtor: UUID | None = None
    code: values.Name
    reason: values.Name
    treatment: Literal["dispute", "discount", "fee"] = "dispute"
    most: values.Amount | None = None
    currency: str | None = None
    words: str = ""


class CodeOut(BaseModel):
    """A code of a customer, or of all."""

    id: UUID
    creditor: UUID
    debtor: UUID | None
    debtor_name: str
    code: str
    reason: str
    treatment: str
    most: values.Amount | None
    currency: str
    words: str


class CodesOut(BaseModel):
    """The codes that stand."""

    data: list[CodeOut]


class UnknownOut(BaseModel):
    """A word that advices give for a difference and nobody has mapped."""

    code: str
    creditor: UUID
    debtor: UUID | None
    times: int
    last_on: date


class UnknownCodes(BaseModel):
    """Words without a meaning, the most frequent first."""

    data: list[UnknownOut]


class CodeId(BaseModel):
    """A code."""

    id: UUID


class RecallRequestOut(BaseModel):
    """A payment that a bank asks back."""

    id: UUID
    creditor: UUID
    line: UUID | None
    asked_by: str
    payer: str
    amount: values.Amount
    currency: str
    code: str
    words: str
    state: str
    received_on: date
    answer_by: date
    answered_on: date | None
    refusal: str


class Recalls(BaseModel):
    """Requests for payments, those that wait first."""

    data: list[RecallRequestOut]


class LinkRecallIn(values.Body):
    """Which payment a request means."""

    line: UUID


class RefuseRecallIn(values.Body):
    """Why a request is refused: CUST, NOAS, LEGL, AC04, AM04, ARDT or NOOR."""

    code: str
    note: str = ""


class RecallId(BaseModel):
    """A request."""

    id: UUID


def _shown(policy: CashPolicy, books: str) -> PolicyWire:
    tolerances = {
        code: ToleranceWire(
            small_difference=values.amount(one.small_difference, code),
            largest_charge=values.amount(one.largest_charge, code),
            charge_step=values.amount(one.charge_step, code),
        )
        for code, one in policy.tolerances.items()
    }
    limits = {role: values.amount(minor, books) for role, minor in policy.limits.items()}
    plain = {name: getattr(policy, name) for name in PolicyWire.model_fields if name not in {"tolerances", "limits"}}
    return PolicyWire(tolerances=tolerances, limits=limits, **plain)


@policies.get("/{creditor}", Permission.CASH_VIEW, PolicyWire)
def read_a_cash_policy(call: Call, creditor: UUID) -> PolicyWire:
    """Return what a creditor lets be posted; tolerances that are not set are the shipped ones."""
    row = creditors.found(call, creditor)
    return _shown(policy_settings(call.ctx, creditor), row.currency)


@policies.put("/{creditor}", Permission.SETTINGS_EDIT, PolicyWire)
def set_a_cash_policy(call: Call, creditor: UUID, body: PolicyWire) -> PolicyWire:
    """Set what a creditor lets be posted from now on."""
    row = creditors.found(call, creditor)
    tolerances = {
        code: Tolerance(
            values.minor(one.small_difference, code, f"tolerances.{code}.small_difference"),
            values.minor(one.largest_charge, code, f"tolerances.{code}.largest_charge"),
            values.minor(one.charge_step, code, f"tolerances.{code}.charge_step"),
        )
        for code, one in body.tolerances.items()
    }
    limits = {role: values.minor(text, row.currency, f"limits.{role}") for role, text in body.limits.items()}
    plain = body.model_dump(exclude={"tolerances", "limits"})
    policy = CashPolicy(tolerances=tolerances, limits=limits, **plain)
    set_policy(call.ctx, creditor=creditor, policy=policy, today=call.today)
    return _shown(policy_settings(call.ctx, creditor), row.currency)


@deduction_codes.get("", Permission.CASH_VIEW, CodesOut)
def list_deduction_codes(call: Call, creditor: UUID | None = None) -> CodesOut:
    """List what customers' codes mean."""
    rows = codes(call.ctx, creditor=creditor)
    return CodesOut(data=[
        values.wire(CodeOut, row, most=values.amount(row.most, row.currency) if row.currency else None) for row in rows
    ])  # fmt: skip


@deduction_codes.get("/unknown", Permission.CASH_VIEW, UnknownCodes)
def list_unknown_codes(call: Call, creditor: UUID | None = None, limit: Limit = DEFAULT_LIMIT) -> UnknownCodes:
    """List words of advices that nobody has mapped."""
    rows = unknown_codes(call.ctx, creditor=creditor, limit=limit)
    return UnknownCodes(data=[values.wire(UnknownOut, row) for row in rows])


@deduction_codes.post("", Permission.SETTINGS_EDIT, CodeId, status=HTTPStatus.CREATED)
def set_a_deduction_code(call: Call, body: CodeIn) -> CodeId:
    """Say what a code means from now on, in place of what it meant."""
    creditors.found(call, body.creditor)
    if body.debtor is not None:
        known_debtors(call, {body.debtor}, "debtor")
    if body.most is not None and not body.currency:
        raise refuse("deduction_code.wrong", "currency", "An amount has a currency.")
    most = values.minor(body.most, body.currency or "", "most") if body.most is not None else 0
    draft = CodeDraft(
        body.creditor, body.code, body.reason, body.treatment, most, body.currency or "", body.debtor, body.words
    )
    return CodeId(id=set_code(call.ctx, draft=draft, today=call.today))


@deduction_codes.post("/{deduction_code}/remove", Permission.SETTINGS_EDIT, CodeId)
def remove_a_deduction_code(call: Call, deduction_code: UUID) -> CodeId:
    """Let a code mean nothing any more."""
    if deduction_code not in {row.id for row in codes(call.ctx)}:
        raise Http404
    return CodeId(id=remove_code(call.ctx, code=deduction_code, today=call.today))


@recalls.get("", Permission.CASH_VIEW, Recalls)
def list_recalls(call: Call, creditor: UUID | None = None, limit: Limit = DEFAULT_LIMIT) -> Recalls:
    """List payments that banks ask back, those that wait first."""
    rows = returns.recalls(call.ctx, creditor=creditor, limit=limit)
    return Recalls(data=[values.wire(RecallRequestOut, row, row.currency, ("amount",)) for row in rows])


@recalls.post("", Permission.CASH_APPLY, Ids, status=HTTPStatus.CREATED, money=True, upload=True)
def import_recall_requests(call: Call, file: File[UploadedFile], creditor: UUID | None = None) -> Ids:
    """Read a bank's request (camt.056); one whose payment is beyond doubt asks a second person at once."""
    if creditor is not None:
        creditors.found(call, creditor)
    kept = store(call.ctx, content=file.read(), name=(file.name or "request")[:200], media_type="application/xml")
    return Ids(ids=import_recalls(call.ctx, file=UUID(str(kept.id)), creditor=creditor, today=call.today))


@recalls.post("/{recall}/link", Permission.CASH_APPLY, RecallId, money=True)
def link_a_recall(call: Call, recall: UUID, body: LinkRecallIn) -> RecallId:
    """Say which payment a request means; a second person is asked."""
    return RecallId(id=link_recall(call.ctx, recall=recall, line=body.line, today=call.today))


@recalls.post("/{recall}/refuse", Permission.REFUND_APPROVE, RecallId, money=True)
def refuse_a_recall(call: Call, recall: UUID, body: RefuseRecallIn) -> RecallId:
    """Answer a request with no; the answer for the bank (camt.029) is written."""
    refuse_recall(call.ctx, recall=recall, code=body.code, note=body.note, today=call.today)
    return RecallId(id=recall)


@recalls.get("/{recall}/answer", Permission.CASH_VIEW, FileOut)
def read_the_answer_to_a_recall(call: Call, recall: UUID) -> FileOut:
    """Return the camt.029 answer, for the bank."""
    row = next((one for one in returns.recalls(call.ctx, recall=recall)), None)
    if row is None or row.answer_id is None:
        raise Http404
    kept, content = load(call.ctx, row.answer_id)
    return FileOut(name=kept.name, content=content.decode())
