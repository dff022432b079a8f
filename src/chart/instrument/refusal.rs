//! Why a render of an instrumented chart failed, as far as the defines say so.

use super::{Instrumented, defines, layout};

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
}

impl Instrumented<'_> {
    /// Which body includes itself without an end, and its calls.
    fn endless(&self, said: &str) -> Option<String> {
        let name = self.body_name(self.options.names.endless(said)?)?;
        let calls = self.sites().iter().filter(|site| site.template == name);
        let calls = calls.map(|site| {
            let function = site.generator.function();
            format!("{function} at {}:{}", site.file, site.line)
        });
        let calls: Vec<String> = calls.take(5).collect();
        (!calls.is_empty()).then(|| {
            format!(
                "`{}` includes itself again and again, and what is generated does not end that: {}; set these values yourself",
                name.escape_debug(),
                calls.join(", ")
            )
        })
    }

    /// Why one of our own actions refused the chart, if what helm says is that. It names files, lines, functions and
    /// defines only.
    pub(crate) fn refusal(&self, said: &str) -> Option<Refusal> {
        if let Some(message) = self.endless(said) {
            return Some(Refusal::Endless(message));
        }
        let message = self.options.names.refused(said)?;
        Some(match message {
            defines::UNEXPECTED_TEXT => Refusal::UnexpectedText,
            _ if message.ends_with(layout::LOST) => Refusal::LostBody(message.to_owned()),
            _ => Refusal::Function(message.to_owned()),
        })
    }
}
