"""Spreadsheets and tables of text, whatever program wrote them and however they are laid out."""
