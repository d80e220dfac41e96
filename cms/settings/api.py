"""REST framework and the OpenAPI document."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cms.http.negotiation.FirstRendererNegotiation",
    "EXCEPTION_HANDLER": "cms.http.problem_mapping.drf_exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lab CMS",
    "DESCRIPTION": "Events, testimonials and pages of the site, as JSON for any frontend.",
    "VERSION": "2",
    "OAS_VERSION": "3.1.1",
    "WEBHOOKS": ["integrations.webhooks.openapi.CHANGE"],
    "PREPROCESSING_HOOKS": ["cms.http.api_docs.api_routes"],
    # The names of enumerations that frontends know already.
    "ENUM_NAME_OVERRIDES": {
        "TypeEnum": ["image/webp", "image/jpeg", "image/png"],
        "StateEnum": ["open", "closed", "merged"],
        "ContactMessageState": "integrations.contact.states.State",
        "SubscriberState": "integrations.newsletter.states.State",
        "PublicationState": ["draft", "live", "live_with_draft", "scheduled", "expired"],
        "ReviewStatus": ["in_progress", "needs_changes"],
    },
    "SERVE_PUBLIC": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
}
