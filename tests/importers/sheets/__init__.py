"""Tests: spreadsheets."""
