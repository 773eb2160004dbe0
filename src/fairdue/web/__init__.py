"""The staff screens: shell, design system and one folder for each area of work."""
