"""The write side: papers in, vectors out."""
