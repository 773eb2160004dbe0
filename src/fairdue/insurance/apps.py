"""The Django application of the insurance room."""

from django.apps import AppConfig


class InsuranceConfig(AppConfig):
    """Pillar 3: what is insured, what it costs, what must be claimed by when."""

    name = "fairdue.insurance"
    label = "insurance"

    def ready(self) -> None:
        """Import what registers itself."""
        from fairdue.insurance import consumers, facts, jobs, merging, verifying  # noqa: F401
