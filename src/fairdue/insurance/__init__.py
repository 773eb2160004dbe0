"""The insurance room: policies, limits, cover, declarations, obligations, claims, recoveries."""
