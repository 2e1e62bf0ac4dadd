"""The words of the field: kinds of service, populations, barriers and statuses, as data with labels per language."""
