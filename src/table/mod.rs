//! The values that a render is given.
