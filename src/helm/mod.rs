//! The helm request, its argument vector, and the child process.
