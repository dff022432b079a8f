//! `adopt`: the values that live objects have, sealed; and `recipient`: whom they are sealed for.

use std::io::Read as _;

use anyhow::{Context, anyhow, bail};
use zeroize::Zeroizing;

use super::table::{Table, terminal_width};
use super::{Outcome, gather, tell, warn};
use crate::adopt::Objects;
use crate::argocd::pins::PINS_FILE;
use crate::argocd::{Environment, Scopes, Settings};
use crate::cli::{AdoptArgs, RecipientArgs};
use crate::render::{self, Adoption, AsValues, PlaceState, State};
use crate::sealed::Recipient;
use crate::seeds::SeedChoice;

/// The live objects of an application are not longer, in bytes.
const LONGEST: u64 = 256 << 20;

/// Prints sealed values, or what becomes of each place.
///
/// # Errors
/// As `generate`; or the live objects cannot be read.
pub(super) fn run(args: &AdoptArgs) -> anyhow::Result<Outcome> {
    let mut request = gather::request(&args.render)?;
    if args.as_values {
        let live = args.live.is_some().then(|| live(args)).transpose()?;
        let live = live.map(Objects::live).transpose()?;
        let found = render::as_values(&request, live.as_ref())?;
        return Ok(as_values(&found, live.is_some()));
    }
    // What was adopted before is live, or wrong.
    let before = std::mem::take(&mut request.pins);
    let recipient = args.recipient.as_deref().map(Recipient::read).transpose()?;
    let live = Objects::live(live(args)?)?;
    let (adoption, recipient) = render::adopt(&request, recipient, &live)?;
    warn(&adoption.warnings);
    if args.check {
        let is_lost = adoption.places.iter().any(|it| it.state == State::Lost);
        return Ok(Outcome::report(table(&adoption.places), !is_lost));
    }
    let lost = adoption.places.iter().filter(|it| it.state == State::Lost);
    let lost = lost.map(|it| {
        format!(
            "{} has another value live, which cannot be taken over",
            it.place
        )
    });
    warn(&lost.collect::<Vec<_>>());
    let is_printed = |pin: &str| adoption.values.iter().any(|(printed, _)| printed == pin);
    let left_out = before.iter().filter(|it| !is_printed(&it.pin)).map(|it| {
        let (source, pin) = (it.source, it.pin.escape_debug());
        format!("{source} gives `{pin}` a value, which is not among these: keep its entry")
    });
    warn(&left_out.collect::<Vec<_>>());
    Ok(Outcome::done(sealed(&adoption, &recipient)?))
}

/// Prints a values file, and on stderr which pins have values.
fn as_values(found: &AsValues, is_live: bool) -> Outcome {
    warn(&found.warnings);
    warn(&["what is printed is secret, and sealed by nobody".to_owned()]);
    let mut table = Table::new(&["PIN", "VALUE"]);
    for pin in &found.pins {
        let values = match pin.paths.as_slice() {
            [] if is_live && !pin.is_found => "not live".to_owned(),
            [] => "none".to_owned(),
            paths => paths.join(", "),
        };
        table.row([pin.pin.clone(), values]);
    }
    tell(&table.render(terminal_width()));
    let head =
        "# Values for plain helm, by `argocd-pin-plugin adopt --as-values`. They are secret.\n";
    Outcome::done(format!("{head}{}", *found.file))
}

/// Prints whom to seal values for.
///
/// # Errors
/// No Application is named, or the seed cannot be read.
pub(super) fn recipient(args: &RecipientArgs) -> anyhow::Result<Outcome> {
    let (settings, environment) = (Settings::read()?, Environment::read()?);
    warn(&settings.warnings);
    let here = std::env::current_dir().context("the current folder cannot be read")?;
    let own = gather::own_scope(&args.whose, &environment)?;
    let scope = Scopes::admins(own, settings.scopes_file.as_deref(), &here)?;
    let kept = gather::kept(args.whose.seed_file.as_ref(), &settings);
    let named = args.seed.as_deref();
    let named = named.map(|id| gather::seed_id(id, "--seed")).transpose()?;
    let (recipient, warnings) = render::recipient(&SeedChoice::new(&kept, named, &here), &scope)?;
    warn(&warnings);
    Ok(Outcome::done(recipient + "\n"))
}

/// The live objects, as text.
fn live(args: &AdoptArgs) -> anyhow::Result<String> {
    let mut text = Zeroizing::new(Vec::new());
    let read = match &args.live {
        Some(path) => std::fs::File::open(path)
            .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut text))
            .map_err(|error| {
                let why = gather::reason(&error);
                anyhow!("--live {} cannot be read: {why}", path.display())
            }),
        None => std::io::stdin()
            .take(LONGEST + 1)
            .read_to_end(&mut text)
            .context("the live objects cannot be read from stdin"),
    };
    if read? as u64 > LONGEST {
        bail!("the live objects are longer than {LONGEST} bytes");
    }
    let text = String::from_utf8(std::mem::take(&mut text));
    text.map_err(|_| anyhow!("the live objects are not UTF-8: give them as kubectl prints them"))
}

/// The form of `.argocd-pins.yaml`.
fn sealed(adoption: &Adoption, recipient: &Recipient) -> anyhow::Result<String> {
    let mut out = format!(
        "# {PINS_FILE}: values for pins, by `argocd-pin-plugin adopt`. Only this Application's render opens them.\n"
    );
    for (pin, value) in &adoption.values {
        out.push_str(&format!("{}: |\n", serde_json::to_string(pin)?));
        for line in recipient.seal(pin, value)?.lines() {
            out.push_str(&format!("  {line}\n"));
        }
    }
    Ok(out)
}

fn table(places: &[PlaceState]) -> String {
    let mut table = Table::new(&["STATE", "PLACE"]);
    for place in places {
        let state = match place.state {
            State::Kept => "kept",
            State::Changed => "changed",
            State::New => "new",
            State::Lost => "lost",
        };
        table.row([state, &place.place]);
    }
    match places.is_empty() {
        true => "no field shows a pin\n".to_owned(),
        false => table.render(terminal_width()),
    }
}
