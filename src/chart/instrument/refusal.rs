//! Why a render of an instrumented chart failed, as far as the defines say so.

use super::{Instrumented, copy, defines, layout};
use crate::chart::site::{Site, SiteId};
use crate::chart::template::NoTemplate;

/// Why a chart is refused while it is rendered, in words that may be shown.
pub(crate) enum Refusal {
    /// A text for `tpl` can reach a call although no text that was known can.
    UnexpectedText,
    /// A text for `tpl` that is not known includes a body that can reach a call.
    LostBody(String),
    /// It calls a function that is not known to be deterministic.
    Function(String),
    /// A body includes itself more often than helm allows, while the values of its own calls decide how often.
    Endless(String),
    /// A template that we cannot read.
    Unread(String),
    /// The texts that calls are given or asked for are too long.
    TooLong(String),
}

/// That the long texts of calls are too many with those of this site.
pub(crate) fn too_long(site: &Site) -> Refusal {
    Refusal::TooLong(format!(
        "the long texts that calls are given or asked for come to more than {} MiB in a template or {} MiB in all, last those of {}; shorten them, or set this value yourself",
        defines::MOST_OF_CALLS >> 20,
        defines::MOST_LOGGED >> 20,
        site.called()
    ))
}

impl Instrumented<'_> {
    /// That a body includes itself without an end, if a call is what does not end it. `what`: the body's id, and how the
    /// key of the last call ends.
    fn endless(&self, what: &str) -> Option<String> {
        let (id, call) = what.split_once(' ')?;
        let (site, _) = call.split_once('.')?;
        let site = self.site_called(site)?;
        Some(format!(
            "`{}` includes itself again and again, and what is generated does not end that, last by {}; set this value yourself",
            self.body_name(id)?.escape_debug(),
            site.called(),
        ))
    }

    /// The file that we cannot read, if what helm says is of what we put there. As it is, helm takes it where the name of a
    /// define is no text; of others it says itself what is wrong.
    fn unread(&self, said: &str) -> Option<String> {
        let mut sources = self
            .sources
            .iter()
            .filter(|_| said.contains(copy::SAID_OF_REFUSED));
        let unread = sources.find(
            |source| matches!(&source.template, Err(unread) if unread.why == NoTemplate::Refused),
        )?;
        Some(format!(
            "{} is a template to helm and none to the plugin: where the name of a define is not UTF-8, rename it",
            unread.file
        ))
    }

    /// The site that defines call so: `s7`.
    fn site_called(&self, id: &str) -> Option<&Site> {
        self.site(SiteId(id.strip_prefix('s')?.parse().ok()?))
    }

    /// Why one of our own actions refused the chart, if what helm says is that. It names files, lines, functions and
    /// defines only.
    pub(crate) fn refusal(&self, said: &str) -> Option<Refusal> {
        let Some(message) = self.options.names.refused(said) else {
            return self.unread(said).map(Refusal::Unread);
        };
        if let Some(id) = message.strip_prefix(defines::ENDLESS) {
            return self.endless(id).map(Refusal::Endless);
        }
        if let Some(site) = message.strip_prefix(defines::TOO_LONG) {
            return self.site_called(site).map(too_long);
        }
        Some(match message {
            defines::UNEXPECTED_TEXT => Refusal::UnexpectedText,
            _ if message.ends_with(layout::LOST) => Refusal::LostBody(message.to_owned()),
            _ => Refusal::Function(message.to_owned()),
        })
    }
}
