"""Tests: directory/search."""
