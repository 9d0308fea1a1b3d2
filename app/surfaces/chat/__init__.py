"""The chat in the browser: a Gradio page over one Room."""
