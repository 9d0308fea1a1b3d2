"""Command line and chat: thin, each turns events into its own medium."""
