"""Papers to vectors and back: encoder, chunks, the store (Chroma) and the snapshot that is read."""
