"""Addresses of the portal, under /p/."""

from __future__ import annotations

from django.urls import path

from fairdue.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("l/<str:token>", views.open_door, name="open"),
    path("again", views.again, name="again"),
    path("pay", views.pay, name="pay"),
    path("promise", views.promise, name="promise"),
    path("dispute", views.dispute, name="dispute"),
    path("statement", views.statement, name="statement"),
    path("document/<uuid:item>", views.document, name="document"),
    path("language", views.language, name="language"),
    path("leave", views.leave, name="leave"),
    path("<path:rest>", views.lost, name="lost"),
]
