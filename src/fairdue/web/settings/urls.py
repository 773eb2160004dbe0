"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from fairdue.web.settings import clients, dispatch, keys, law, overview, people, posting, roles, rulepacks, sender

urlpatterns = [
    path("settings", overview.index, name="settings"),
    path("settings/you", overview.you, name="settings_you"),
    path("settings/clients", clients.index, name="settings_creditors"),
    path("settings/clients/new", clients.create, name="settings_creditor_new"),
    path("settings/clients/<uuid:creditor>", clients.change, name="settings_creditor"),
    path("settings/clients/<uuid:creditor>/law", law.show, name="settings_law"),
    path("settings/clients/<uuid:creditor>/law/page.svg", law.page, name="settings_law_page"),
    path("settings/clients/<uuid:creditor>/delivery", dispatch.show, name="settings_dispatch"),
    path("settings/clients/<uuid:creditor>/sender", sender.show, name="settings_sender"),
    path("settings/clients/<uuid:creditor>/sender/check", sender.check, name="settings_sender_check"),
    path("settings/clients/<uuid:creditor>/sender/key", sender.key_new, name="settings_sender_key"),
    path("settings/clients/<uuid:creditor>/sender/key/use", sender.key_use, name="settings_sender_key_use"),
    path("settings/clients/<uuid:creditor>/sender/key/retire", sender.key_retire, name="settings_sender_key_retire"),
    path("settings/clients/<uuid:creditor>/posting", posting.show, name="settings_posting"),
    path("settings/clients/<uuid:creditor>/posting/codes", posting.code, name="settings_posting_code"),
    path("settings/rules", rulepacks.index, name="settings_rules"),
    path("settings/rules/import", rulepacks.upload, name="settings_rules_upload"),
    path("settings/people", people.index, name="settings_people"),
    path("settings/people/new", people.invite, name="settings_invite"),
    path("settings/people/<uuid:user>", people.change, name="settings_person"),
    path("settings/roles", roles.index, name="settings_roles"),
    path("settings/roles/new", roles.create, name="settings_role_new"),
    path("settings/roles/<uuid:role>", roles.change, name="settings_role"),
    path("settings/keys", keys.index, name="settings_keys"),
    path("settings/keys/new", keys.create, name="settings_key_new"),
    path("settings/keys/<uuid:api_key>/revoke", keys.revoke, name="settings_key_revoke"),
]
