//! Finds the placeholders in a manifest and gives each place the value that belongs to it.
