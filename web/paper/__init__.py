"""Paper: what is printed as a file, drawn by WeasyPrint (``handrail[print]``), with nothing that tells of its maker."""
