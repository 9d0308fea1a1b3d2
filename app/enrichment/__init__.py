"""What catalogues and services know of a library's papers, brought into it when the user asks."""
