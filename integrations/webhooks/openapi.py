"""The messages in the OpenAPI document, under `webhooks`: what a receiver has to expect."""

from drf_spectacular.utils import OpenApiWebhook

from integrations.webhooks.event_types import PING, EventType

_STRING = {"type": "string"}
_PAYLOAD = {
    "type": "object",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string", "enum": [*EventType.values, PING]},
        "timestamp": {
            "type": "string",
            "format": "date-time",
            "description": "When it happened, the same at every attempt.",
        },
        "data": {
            "type": "object",
            "required": ["id", "object", "locale", "paths", "api_urls", "truncated"],
            "properties": {
                "id": {"type": ["integer", "null"]},
                "object": {"type": "string", "description": "As in `meta.type` of a page."},
                "locale": {"type": ["string", "null"]},
                "paths": {
                    "type": "array",
                    "items": _STRING,
                    "maxItems": 200,
                    "description": "Paths of the frontend that show something else than before.",
                },
                "api_urls": {
                    "type": "array",
                    "items": {"type": "string", "format": "uri"},
                    "maxItems": 400,
                    "description": "URLs of this API that answer something else than before.",
                },
                "truncated": {
                    "type": "boolean",
                    "description": "More has changed than is listed: refresh everything.",
                },
            },
        },
    },
}


def _header(name: str, description: str) -> dict[str, object]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "schema": _STRING,
        "description": description,
    }


CHANGE = OpenApiWebhook(
    name="change",
    decorator={
        "post": {
            "operationId": "webhook_change",
            "summary": "What visitors see has changed",
            "description": "Signed as Standard Webhooks 1.0 says. Sent at least once, in no "
            "promised order, to the endpoints that an administrator adds.",
            "tags": ["webhooks"],
            "parameters": [
                _header("webhook-id", "The same at every attempt: treat repeats as done."),
                _header("webhook-timestamp", "Seconds since 1970 of this attempt."),
                _header(
                    "webhook-signature",
                    "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several, with "
                    "blanks between them, while a secret is being changed.",
                ),
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _PAYLOAD}},
            },
            "responses": {
                "2XX": {"description": "Taken. Anything else is tried again for three days."},
                "410": {"description": "Send no more: the endpoint is switched off."},
            },
        }
    },
)
