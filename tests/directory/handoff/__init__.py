"""Tests: directory/handoff."""
