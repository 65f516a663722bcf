"""What reads text: the encoder, on processor or GPU, and any other embedder by its name."""
