from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "tests.cms.ops.parcels"
    label = "parcels"
