"""Addresses that platforms call."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
