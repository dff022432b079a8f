//! The chart before helm sees it: read, lexed, instrumented, and written as a private copy.
