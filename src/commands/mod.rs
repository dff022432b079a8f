//! One file for each subcommand: gather the inputs, call the library, print.
