//! A position in a template text, and the small steps that the lexer takes from it.

use std::sync::LazyLock;

use regex::Regex;

/// A byte position in a text; always on a character boundary.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) pos: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, pos: 0 }
    }

    pub(super) fn at(text: &'a str, pos: usize) -> Self {
        Cursor { text, pos }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// What has been read.
    pub(super) fn before(&self) -> &'a str {
        self.text.get(..self.pos).unwrap_or_default()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    pub(super) fn peek_byte(&self) -> Option<u8> {
        self.rest().bytes().next()
    }

    pub(super) fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.pos += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }

    fn accept(&mut self, valid: &str) -> bool {
        let found = self
            .peek_byte()
            .is_some_and(|b| valid.contains(char::from(b)));
        self.pos += usize::from(found);
        found
    }

    /// `- ` behind a left delimiter.
    pub(super) fn has_left_trim_marker(&self) -> bool {
        let mut rest = self.rest().chars();
        rest.next() == Some('-') && rest.next().is_some_and(is_space)
    }

    /// Whether `}}` or ` -}}` is next; says whether it trims.
    pub(super) fn right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if rest.starts_with("}}") {
            return Some(false);
        }
        rest.strip_prefix(is_space)
            .is_some_and(|rest| rest.starts_with("-}}"))
            .then_some(true)
    }

    /// Steps over a right delimiter, and over the blanks that it trims.
    pub(super) fn skip_right_delim(&mut self, trim: bool) {
        self.pos += if trim { 2 } else { 0 };
        self.skip_right_delim_after(trim);
    }

    /// The same, for a cursor that stands on the `}}` itself.
    pub(super) fn skip_right_delim_after(&mut self, trim: bool) {
        self.pos += 2;
        if trim {
            self.skip_while(is_space);
        }
    }

    /// Steps over blanks, but for one that belongs to a trim marker. False if there was no other.
    pub(super) fn skip_spaces(&mut self) -> bool {
        let start = self.pos;
        self.skip_while(is_space);
        if self.rest().starts_with("-}}") {
            self.pos -= 1;
        }
        self.pos > start
    }

    /// Whether a name may end here: Go wants a blank or punctuation behind it.
    pub(super) fn at_terminator(&self) -> bool {
        match self.rest().chars().next() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with("}}"),
        }
    }

    /// Go's `scanNumber`: generous, since its parser looks again.
    pub(super) fn skip_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.skip_while(|c| digits.contains(c));
        if self.accept(".") {
            self.skip_while(|c| digits.contains(c));
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.skip_while(|c| c.is_ascii_digit() || c == '_');
        }
        self.accept("i");
        !self.rest().chars().next().is_some_and(is_alphanumeric)
    }
}

/// The blanks that Go's templates know.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Go's `isAlphaNumeric`: a letter, a decimal digit of any script, or `_`.
pub(super) fn is_alphanumeric(c: char) -> bool {
    c == '_' || is_letter(c) || is_digit(c)
}

/// Go's `unicode.IsLetter`: category L. Rust's `is_alphabetic` takes in more.
pub(super) fn is_letter(c: char) -> bool {
    static LETTER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{L}$").ok());
    c.is_ascii_alphabetic() || !c.is_ascii() && matches(&LETTER, c)
}

/// Go's `unicode.IsDigit`: category Nd.
pub(super) fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Nd}$").ok());
    c.is_ascii_digit() || !c.is_ascii() && matches(&DIGIT, c)
}

fn matches(class: &LazyLock<Option<Regex>>, c: char) -> bool {
    class
        .as_ref()
        .is_some_and(|class| class.is_match(c.encode_utf8(&mut [0; 4])))
}
