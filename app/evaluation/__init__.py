"""Measures retrieval and answers: datasets, metrics, runs and their comparison."""
