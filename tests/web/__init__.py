"""Tests of the doors that speak HTTP."""
