"""Tests: directory/backups."""
