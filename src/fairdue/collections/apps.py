"""The Django application of the collections room."""

from django.apps import AppConfig


class CollectionsConfig(AppConfig):
    """Cadences, notices, calls, promises and disputes."""

    name = "fairdue.collections"
    label = "collections"

    def ready(self) -> None:
        """Import what registers itself."""
        from fairdue.collections import (  # noqa: F401
            announced,
            consumers,
            facts,
            guard,
            jobs,
            merging,
            plausible,
            returned,
            verifying,
        )  # fmt: skip
