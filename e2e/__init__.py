"""Journeys: what a buyer does in a browser, on running programs and the simulated gateway."""
