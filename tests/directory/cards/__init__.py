"""Tests: directory/cards."""
