//! What helm printed: documents, the byte span of each scalar, field paths, splices.
