//! Every function that a Helm template can call, and what is done about it.
//!
//! The lists are those of Go's `text/template`, Sprig 3.3 and Helm 3.17 to 4.3. `docs/functions.md`
//! says the same for people.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::generator::Generator;

/// What is done about the calls of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// Its result follows from its arguments and the chart: left as it is.
    Pure,
    /// Its result is another one at each render: it takes it from the table.
    Generate(Generator),
    /// It reads the clock where it is given no time: it is given the pinned clock.
    Clock(Clock),
    /// Its result comes in an order that Go leaves open: the order is fixed.
    Order(Order),
    /// It renders a text that was no template until then.
    Tpl,
}

/// The functions that depend on the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) enum Clock {
    Ago,
    DurationRound,
    Date,
    DateInZone,
    HtmlDate,
    HtmlDateInZone,
}

/// The functions whose order is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) enum Order {
    Keys,
    Values,
}

/// A function that is not pure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Function {
    /// As charts spell it.
    pub(crate) name: &'static str,
    /// How many arguments it takes; `None` if any number will do.
    pub(crate) arity: Option<usize>,
    /// What is done about it.
    pub(crate) treatment: Treatment,
}

/// Looks a function up. `None` if neither Helm 3.17 nor 4.3 knows it.
pub(crate) fn find(name: &str) -> Option<Function> {
    static ALL: LazyLock<HashMap<&'static str, Function>> = LazyLock::new(|| {
        let pure = pure().map(|name| Function {
            name,
            arity: None,
            treatment: Treatment::Pure,
        });
        pure.chain(impure())
            .map(|function| (function.name, function))
            .collect()
    });
    ALL.get(name).copied()
}

fn pure() -> impl Iterator<Item = &'static str> {
    PURE.iter().flat_map(|names| names.split(' '))
}

/// The functions that are not pure.
pub(crate) fn impure() -> impl Iterator<Item = Function> {
    let generators = Generator::ALL.into_iter().map(|generator| {
        of(
            generator.function(),
            generator.arity(),
            Treatment::Generate(generator),
        )
    });
    generators.chain(OTHERS.iter().copied())
}

const fn of(name: &'static str, arity: usize, treatment: Treatment) -> Function {
    Function {
        name,
        arity: Some(arity),
        treatment,
    }
}

/// The functions that are neither pure nor generate.
const OTHERS: &[Function] = &[
    of("ago", 1, Treatment::Clock(Clock::Ago)),
    of("durationRound", 1, Treatment::Clock(Clock::DurationRound)),
    of("date", 2, Treatment::Clock(Clock::Date)),
    of("date_in_zone", 3, Treatment::Clock(Clock::DateInZone)),
    of("dateInZone", 3, Treatment::Clock(Clock::DateInZone)),
    of("htmlDate", 1, Treatment::Clock(Clock::HtmlDate)),
    of("htmlDateInZone", 2, Treatment::Clock(Clock::HtmlDateInZone)),
    Function {
        name: "keys",
        arity: None,
        treatment: Treatment::Order(Order::Keys),
    },
    of("values", 1, Treatment::Order(Order::Values)),
    of("tpl", 2, Treatment::Tpl),
];

/// The names of the functions whose result follows from their arguments, the chart and the cluster's version.
///
/// `lookup` is empty under `helm template`, and `getHostByName` without `--enable-dns`;
/// `toDate` and its kin read the local time zone,
/// which is UTC for the child process. Helm removes `env` and `expandenv`.
const PURE: &[&str] = &[
    // text/template
    "and call eq ge gt html index js le len lt ne not or print printf println slice urlquery",
    // Helm
    "fromJson fromJsonArray fromToml fromYaml fromYamlArray include lookup mustToJson mustToToml",
    "mustToYaml required toJson toToml toYaml toYamlPretty",
    // Helm 4.3: lengths of time that are given as text or number
    "durationDays durationHours durationMicroseconds durationMilliseconds durationMinutes",
    "durationNanoseconds durationRoundTo durationSeconds durationTruncateTo durationWeeks mustToDuration",
    // Sprig: dates that are given their time
    "dateModify date_modify duration mustDateModify mustToDate must_date_modify toDate unixEpoch",
    // Sprig: text
    "abbrev abbrevboth adler32sum b32dec b32enc b64dec b64enc camelcase cat contains derivePassword",
    "hasPrefix hasSuffix hello indent initials join kebabcase lower mustRegexFind mustRegexFindAll",
    "mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit nindent nospace plural",
    "quote regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral",
    "regexSplit repeat replace sha1sum sha256sum sha512sum snakecase sortAlpha split splitList splitn",
    "squote substr swapcase title toString toStrings trim trimAll trimPrefix trimSuffix trimall trunc",
    "untitle upper wrap wrapWith",
    // Sprig: numbers
    "add add1 add1f addf atoi biggest ceil div divf float64 floor int int64 max maxf min minf mod mul",
    "mulf round seq sub subf toDecimal until untilStep",
    // Sprig: lists and maps
    "all any append chunk coalesce compact concat deepCopy deepEqual default dict dig empty first get has",
    "hasKey initial kindIs kindOf last list merge mergeOverwrite mustAppend mustChunk mustCompact",
    "mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast mustMerge mustMergeOverwrite",
    "mustPrepend mustPush mustRest mustReverse mustSlice mustToPrettyJson mustToRawJson mustUniq",
    "mustWithout omit pick pluck prepend push rest reverse set ternary toPrettyJson toRawJson tuple",
    "typeIs typeIsLike typeOf uniq unset without",
    // Sprig: the rest
    "base clean decryptAES dir ext fail getHostByName isAbs osBase osClean osDir osExt osIsAbs semver",
    "semverCompare urlJoin urlParse",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const HELM_3_17: &str = include_str!("../../tests/vectors/functions/helm-3.17.txt");
    const HELM_4_3: &str = include_str!("../../tests/vectors/functions/helm-4.3.txt");

    /// The lists were read from the sources of these versions, and each name tried on the binary.
    #[test]
    fn the_tables_hold_exactly_what_helm_knows() {
        let helm: BTreeSet<&str> = HELM_3_17.lines().chain(HELM_4_3.lines()).collect();
        let impure = impure().map(|function| function.name);
        let ours: Vec<&str> = impure.chain(pure()).collect();
        assert_eq!(ours.iter().copied().collect::<BTreeSet<_>>(), helm);
        assert_eq!(ours.len(), helm.len(), "a function stands in both tables");
    }

    /// Sprig names those of its functions that are not hermetic; Go leaves the order of maps open.
    #[test]
    fn what_sprig_calls_not_hermetic_is_not_taken_for_pure() {
        for name in [
            "date",
            "date_in_zone",
            "now",
            "htmlDate",
            "htmlDateInZone",
            "dateInZone",
            "randAlphaNum",
            "randAlpha",
            "randAscii",
            "randNumeric",
            "randBytes",
            "uuidv4",
            "keys",
            "values",
            "shuffle",
            "genCA",
            "bcrypt",
            "encryptAES",
            "tpl",
        ] {
            let treatment = find(name).map(|function| function.treatment);
            assert!(treatment.is_some_and(|t| t != Treatment::Pure), "{name}");
        }
        // These only compute with the time that they are given, or do not exist in Helm.
        for name in ["date_modify", "dateModify", "getHostByName"] {
            assert_eq!(find(name).map(|f| f.treatment), Some(Treatment::Pure));
        }
        assert_eq!(find("env"), None);
    }
}
