"""Tests: directory/audit."""
