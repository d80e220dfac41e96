"""Answers of public routes, remembered while the content version is the same.

A WSGI middleware around Django (`middleware`), so that a repeated answer costs little more than the
server itself. It knows Django's answers only by what `cms.http.conditional` hands it.
"""
