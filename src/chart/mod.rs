//! The chart before helm sees it: read, lexed, instrumented, and written as a private copy.

pub mod calls;
pub mod lexer;
pub mod literal;
pub mod outline;
mod scan;
