"""Tests: directory/privacy."""
