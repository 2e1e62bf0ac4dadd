"""Tests: directory/freshness."""
