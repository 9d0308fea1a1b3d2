"""From a question and evidence to an answer in which every sentence was checked."""
