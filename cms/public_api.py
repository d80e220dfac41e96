"""Every public read endpoint in one list; all of it is cacheable and the same for everybody."""

from django.urls import URLPattern, URLResolver

public_urlpatterns: list[URLPattern | URLResolver] = []
