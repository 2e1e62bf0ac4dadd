"""Tests: directory/listings."""
