"""Addresses that platforms call."""

from django.urls import path

from resonanz.api.hooks import hook

urlpatterns = [path("<str:key>/", hook, name="hook")]
