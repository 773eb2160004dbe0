"""Address of the styleguide."""

from __future__ import annotations

from django.urls import path

from fairdue.web.styleguide import views

urlpatterns = [
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/panel/<str:number>", views.panel, name="styleguide_panel"),
    path("styleguide/preview", views.preview, name="styleguide_preview"),
]
