//! The chart before helm sees it: read, lexed, instrumented, and written as a private copy.

pub mod calls;
pub mod defines;
mod edits;
pub mod functions;
pub mod instrument;
pub mod lexer;
pub mod literal;
pub mod marker;
pub mod outline;
pub mod placeholder;
mod rewrite;
mod scan;
pub mod site;
pub mod sites;
mod units;
