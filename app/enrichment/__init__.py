"""What catalogues and services know of the papers of a library, brought into it when the user asks."""
