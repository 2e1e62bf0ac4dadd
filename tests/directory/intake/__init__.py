"""Tests: directory/intake."""
