"""Language models: any endpoint, a GGUF in process, any LlamaIndex LLM, behind one client."""
