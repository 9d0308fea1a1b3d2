"""The papers of a home: read from files, listed, taken out, brought back."""
