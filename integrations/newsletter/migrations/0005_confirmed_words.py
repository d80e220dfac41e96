"""Each link keeps what is confirmed by it; a request from another website need not quote us."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

# Links that wait confirm what they would have confirmed before.
_FILL = """
UPDATE newsletter_confirmation SET
  name = subscriber.name,
  locale = subscriber.locale,
  wording = coalesce(asked.wording, ''),
  wording_version = coalesce(asked.wording_version, '')
FROM newsletter_subscriber AS subscriber
LEFT JOIN LATERAL (
  SELECT wording, wording_version FROM newsletter_consententry
  WHERE subscriber_id = subscriber.id AND kind = 'asked' ORDER BY id DESC LIMIT 1
) AS asked ON true
WHERE subscriber.id = subscriber_id
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("newsletter", "0004_imports")]

    operations: ClassVar[list[object]] = [
        migrations.AddField(
            "confirmation",
            "name",
            models.CharField(max_length=200, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "confirmation",
            "locale",
            models.CharField(max_length=20, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "confirmation", "wording", models.TextField(default=""), preserve_default=False
        ),
        migrations.AddField(
            "confirmation",
            "wording_version",
            models.CharField(max_length=40, default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RemoveConstraint("consententry", "newsletter_consent_has_wording"),
        migrations.AddConstraint(
            "consententry",
            models.CheckConstraint(
                condition=~Q(kind="confirmed") | ~(Q(wording="") | Q(wording_version="")),
                name="newsletter_consent_has_wording",
            ),
        ),
    ]
