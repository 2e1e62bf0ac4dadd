"""Tests: verifiers."""
