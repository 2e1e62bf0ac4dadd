"""Shapes of states and counties, drawn by the server. ``build`` makes ``shapes.json`` of the npm package us-atlas."""
