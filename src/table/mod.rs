//! The values that a render is given: for each call of a log, what its name asks for.
//!
//! ```text
//! Log + names ──> keys and password hashes, on all processors
//!      │
//!      └─ call by call: arguments ──Substitution──> with the values that are wanted of the calls before
//!                                        │
//!                 name + arguments ──derive, certificate──> value
//! ```
//!
//! A call's value follows from its name and its arguments, and from nothing else that a render says. A
//! render's log holds its arguments as they were *in that render*, made of what its calls were given
//! then. [`Maker::wanted`] puts the wanted values in their place first, so that mostly one render
//! settles all. Where all calls were given what is wanted, nothing is replaced, and what
//! [`Maker::wanted`] says is exact.
//!
//! Nothing in here runs helm or names a call, and no error holds an argument or a value.

mod arguments;
mod call;
mod certificates;
mod error;
mod given;
mod maker;
mod slow;
mod substitution;
#[cfg(test)]
mod tests;

pub(crate) use arguments::{Pair, with_arguments};
pub(crate) use call::Choice;
pub(crate) use certificates::Clock;
pub(crate) use error::ValueError;
pub(crate) use given::{is_same_password, is_usual, pair_entry, pair_of};
pub(crate) use maker::{Maker, Wanted, is_given};
