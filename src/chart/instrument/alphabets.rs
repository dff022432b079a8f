//! The alphabets of the texts that `randAlphaNum` and its kin yield until their values are chosen.

/// What hexadecimal digits become, in pairs and in order; a digit that is missing stays. All parts together have each
/// character of the alphabet, and each part has characters of all kinds: so a rule of a chart holds sooner or later.
struct Alphabet {
    name: &'static str,
    parts: &'static [&'static str],
}

/// The alphabets of `randAlphaNum` and its kin.
const ALPHABETS: [Alphabet; 4] = [
    Alphabet {
        name: "alnum",
        parts: &[
            "0w1k2K3j4S5C7l8M98a7bXczdgfL",
            "0q2i3Z4G5D647Y8y9ravbOc5ecfI",
            "0n1W2x3o4H5J6E7p8UaFbVcsdBe2",
            "1R2t3h4Q5E6N738m9AaubIcadTePfb",
        ],
    },
    Alphabet {
        name: "letters",
        parts: &[
            "0H1L2n3B4y5Z6m7Y8u9PalbIcwdNedfa",
            "0t1M2n3G4i5T6R7k8l9XaVbpchdbeSfH",
            "0U1C2p3W4P5s6Q7A8E9HaobXcrdcejfe",
            "0h1F2P3z4x5K6g7D8J9OaUbncqdveE",
        ],
    },
    Alphabet {
        name: "digits",
        parts: &[
            "a1b3c5d7e9f0",
            "a2b4c6d8e0f1",
            "a3b5c7d9e2f4",
            "a6b8c0d1e3f5",
        ],
    },
    Alphabet {
        name: "ascii",
        parts: &[
            "0P2l123v4<6F7E8~9obJabcQd$eBfc",
            "0C1g213Y4X5H6.7+8Oatbhc_dmeTfa",
            "0Z1M2^3;4i7/8p6894aLbycGdIeN5efs",
            "1(2j3k4x5=6q067R8z93aWbAcUdVe-fw",
            "0_2K3S5r6D7v478Q9.b0cud)1dePfnaf",
        ],
    },
];

/// Maps a text to a part of its alphabet.
pub(super) fn map() -> String {
    let mut text = String::new();
    for (number, alphabet) in ALPHABETS.iter().enumerate() {
        let keyword = if number == 0 { "if" } else { "else if" };
        text.push_str(&format!(
            "{{{{- {keyword} eq $alphabet `{}` -}}}}\n",
            alphabet.name
        ));
        for (number, pairs) in alphabet.parts.iter().enumerate() {
            let keyword = if number == 0 { "if" } else { "else if" };
            text.push_str(&format!(
                "{{{{- {keyword} eq (mod $part {}) {number} -}}}}\n{{{{- $text = $text | {} -}}}}\n",
                alphabet.parts.len(),
                replacements(pairs)
            ));
        }
        text.push_str("{{- end -}}\n");
    }
    text + "{{- end -}}"
}

/// `` replace `0` `g` | … ``
fn replacements(pairs: &str) -> String {
    let chars: Vec<char> = pairs.chars().collect();
    let each = chars.chunks_exact(2);
    each.map(|pair| format!("replace `{}` `{}`", pair[0], pair[1]))
        .collect::<Vec<_>>()
        .join(" | ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What a part makes of all hexadecimal digits, one after the other.
    fn mapped(pairs: &str) -> String {
        let mut text = "0123456789abcdef".to_owned();
        let chars: Vec<char> = pairs.chars().collect();
        for pair in chars.chunks_exact(2) {
            text = text.replace(pair[0], &pair[1].to_string());
        }
        text
    }

    #[test]
    fn texts_are_made_of_their_whole_alphabets() {
        for alphabet in &ALPHABETS {
            let made: BTreeSet<char> = alphabet
                .parts
                .iter()
                .flat_map(|it| mapped(it).chars().collect::<Vec<_>>())
                .collect();
            let expected: BTreeSet<char> = (' '..='~')
                .filter(|c| match alphabet.name {
                    "alnum" => c.is_ascii_alphanumeric(),
                    "letters" => c.is_ascii_alphabetic(),
                    "digits" => c.is_ascii_digit(),
                    _ => c.is_ascii_alphanumeric() || "$()+-./;<=^_~".contains(*c),
                })
                .collect();
            assert_eq!(made, expected, "{}", alphabet.name);
        }
    }
}
