"""PostgreSQL engine of Django with a switch for Citus under row-level security."""
