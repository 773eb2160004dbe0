"""`python -m fairdue.invoicing.validation`: one validation process, started by the pool."""

from __future__ import annotations

from fairdue.invoicing.validation.worker import serve

if __name__ == "__main__":
    serve()
