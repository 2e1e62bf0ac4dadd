"""The golden set: questions that people really ask, each with the answer that an experienced advocate accepts."""
