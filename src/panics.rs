//! What a panic says. The standard library's own message quotes what it could not deal with: a text that was cut in the
//! middle of a character, say, which may be a value.

use std::io::Write;
use std::panic;

/// From now on a panic says where it was, and nothing else. It ends the process with status 101 and nothing on stdout, since
/// all is printed at the end.
pub fn say_where_only() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| {
            format!(" at {}:{}", place.file(), place.line())
        });
        // With stderr closed there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "error: internal error{place}");
    }));
}
