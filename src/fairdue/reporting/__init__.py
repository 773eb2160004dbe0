"""The reporting room: read models over the heart, set-based, as of any day and as known at any instant."""
