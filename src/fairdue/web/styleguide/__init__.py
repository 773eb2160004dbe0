"""The living page of the design system: every component with real-looking data."""
