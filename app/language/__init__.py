"""Words, stems, polarity and the small learned models that several rooms share."""
