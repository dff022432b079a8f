//! Statements that make a text of generated values: assignments, printed pipelines, and pipelines in parentheses that
//! yield a text. Each logs what it made.
//!
//! A variable that was made of a generated value hands that on: what is made of it in its turn began where it began.

use std::collections::HashSet;
use std::ops::Range;

use super::digests::is_digest;
use super::flow::{Inputs, filled, inputs, reached, variables};
use super::names::Names;
use super::pipeline::{
    given_to, handed_on, is_plain, parenthesized, text_of, within, without_blanks,
};
use crate::chart::altering::Altering;
use crate::chart::calls::Call;
use crate::chart::edits::Edit;
use crate::chart::keeping::{Keeps, chooses, keeps};
use crate::chart::outline::{Action, BodyId};
use crate::chart::targets::included;
use crate::chart::template::Template;
use crate::chart::token::{Kind, Token};

/// What the table calls a text that an action prints, before its offset in the template.
pub(crate) const PRINTED: char = 'o';

/// And one that is assigned to a variable.
pub(crate) const ASSIGNED: char = 'v';

/// What an action does with the value of its pipeline.
enum Does {
    /// It assigns it to this variable.
    Assigns(String),
    Prints,
}

/// An action that assigns or prints, or a pipeline in parentheses, which prints.
struct Statement {
    body: BodyId,
    does: Does,
    /// The tokens between the action's delimiters, and those of the pipeline alone.
    left: usize,
    pipeline: Range<usize>,
    right: usize,
    /// What goes into the pipeline.
    inputs: Inputs,
    /// What of that does not only choose its value.
    held: Inputs,
    /// The variables with maps that it puts something into.
    fills: Vec<String>,
    /// Whether its value is that of a call or a variable, which is logged or known already.
    is_plain: bool,
    /// Where the pipeline yields a text: the part of it that makes the text, without what only encodes it.
    text: Option<Range<usize>>,
    takes_digest: bool,
    /// Which words that are held stand in its value.
    keeps: Keeps,
}

impl Statement {
    /// Whether it makes a text and encodes it.
    fn encodes(&self) -> bool {
        let made = self.text.as_ref().filter(|_| !self.is_plain);
        made.is_some_and(|text| *text != self.pipeline)
    }

    /// The variables that it reads.
    fn reads(&self) -> impl Iterator<Item = (BodyId, &str)> {
        self.inputs.reads.iter().map(|name| (self.body, &**name))
    }

    /// What the log says of its text: `d` of a digest. `holding` are the variables that hold more than a choice.
    fn flag(&self, holding: &HashSet<(BodyId, &str)>) -> &'static str {
        let mut held = self.held.reads.iter().map(|name| (self.body, &**name));
        let holds = self.held.runs_calls || held.any(|read| holding.contains(&read));
        match (self.takes_digest, holds) {
            (true, _) => "d",
            (false, true) => self.keeps.flag(),
            (false, false) => Keeps::Choice.flag(),
        }
    }
}

/// What of an action can be generated.
struct Generated<'a> {
    /// The calls that run generating calls, in order.
    running: &'a [&'a Call],
    /// The bytes at which these and the variables begin, in order.
    starts: Vec<usize>,
}

/// The statements of a template, in order.
pub(super) struct Statements<'t> {
    template: &'t Template,
    altering: &'t Altering,
    list: Vec<Statement>,
}

impl<'t> Statements<'t> {
    pub(super) fn new(template: &'t Template, altering: &'t Altering) -> Self {
        Statements {
            template,
            altering,
            list: Vec::new(),
        }
    }

    /// Takes up an action. `running` are its calls that run generating calls, and `runs_calls` says whether it runs any.
    pub(super) fn meet(
        &mut self,
        action: &Action,
        calls: &[Call],
        running: &[&Call],
        runs_calls: bool,
    ) {
        let variables = variables(self.template, self.template.inside(action));
        let mut starts: Vec<usize> = variables
            .map(|token| token.start)
            .chain(running.iter().map(|call| call.name.start))
            .collect();
        starts.sort_unstable();
        let generated = Generated { running, starts };
        if let Some((does, start)) = self.does(action)
            && let Some(pipeline) = without_blanks(self.template, start..action.right)
        {
            let statement = self.statement(action, does, pipeline, calls, &generated);
            self.list.extend(statement.map(|mut it| {
                it.held.runs_calls |= runs_calls && !it.inputs.runs_calls;
                it.inputs.runs_calls = runs_calls;
                it
            }));
        }
        let handed_on = handed_on(self.template, action).into_iter();
        for pipeline in handed_on.chain(parenthesized(self.template, action)) {
            let statement = self.statement(action, Does::Prints, pipeline, calls, &generated);
            self.list.extend(statement);
        }
    }

    /// What an action does, and where its pipeline begins; nothing if it neither assigns nor prints.
    fn does(&self, action: &Action) -> Option<(Does, usize)> {
        let tokens = &self.template.tokens;
        let is_word = |index: &usize| tokens.get(*index).is_some_and(|it| it.kind != Kind::Space);
        let mut words = (action.left + 1..action.right).filter(is_word);
        let first = words.next()?;
        let second = words.next();
        let kind = |index: Option<usize>| Some(tokens.get(index?)?.kind);
        match (kind(Some(first))?, kind(second)) {
            (Kind::Keyword(_), _) => None,
            (Kind::Variable, Some(Kind::Declare | Kind::Assign)) => {
                let variable = self.template.word(tokens.get(first)?).to_owned();
                Some((Does::Assigns(variable), words.next()?))
            }
            _ => Some((Does::Prints, first)),
        }
    }

    fn statement(
        &self,
        action: &Action,
        does: Does,
        pipeline: Range<usize>,
        calls: &[Call],
        generated: &Generated<'_>,
    ) -> Option<Statement> {
        let tokens = self.template.tokens.get(pipeline.clone())?;
        let (inputs, mut held) = inputs(self.template, action, &pipeline, calls, generated.running);
        // Many choices are a value: `$hex = print $hex (mod … | printf "%x")`.
        held.runs_calls |= matches!(&does, Does::Assigns(it) if inputs.reads.contains(it));
        let fills = filled(self.template, within(self.template, &pipeline, calls));
        let calls = within(self.template, &pipeline, calls).iter();
        let running = within(self.template, &pipeline, generated.running);
        Some(Statement {
            body: action.body,
            does,
            left: action.left,
            is_plain: is_plain(self.template, tokens, calls.clone(), |call| {
                let order = |it: &&Call| it.name.start.cmp(&call.name.start);
                running.binary_search_by(order).is_ok()
            }),
            takes_digest: calls.clone().any(|call| is_digest(self.template, call)),
            keeps: calls
                .clone()
                .filter(|call| self.is_given_generated(action, call, generated))
                .filter(|call| !chooses(self.template, call))
                .map(|call| self.keeps(call))
                .min()
                .unwrap_or_default(),
            text: text_of(self.template, pipeline.clone()),
            pipeline,
            right: action.right,
            inputs,
            held,
            fills,
        })
    }

    /// Whether a call can be given what another one generates, or a variable.
    fn is_given_generated(&self, action: &Action, call: &Call, generated: &Generated<'_>) -> bool {
        let given = given_to(self.template, action, call);
        let first = generated.starts.partition_point(|at| *at < given.start);
        let behind = generated.starts.get(first..).unwrap_or_default();
        let mut others = behind.iter().filter(|at| **at != call.name.start);
        others.next().is_some_and(|at| given.contains(at))
    }

    /// Which words stand in what a call yields that is given them.
    fn keeps(&self, call: &Call) -> Keeps {
        match self.template.function(call) == "include" {
            true => self.altering.keeps_target(&included(self.template, call)),
            false => keeps(self.template, call),
        }
    }

    /// What the statements become, in all bodies.
    pub(super) fn edits(&self, names: &Names) -> Vec<(BodyId, Edit)> {
        let filled = self.filled();
        let made = reached(self.assignments(|it| &it.inputs), &filled);
        let holding = reached(self.assignments(|it| &it.held), &filled);
        // Variables whose beginning somebody asks for.
        let mut asked: HashSet<(BodyId, &str)> = HashSet::new();
        for statement in self.list.iter().filter(|it| !it.is_plain) {
            asked.extend(statement.reads());
        }
        for statement in self.list.iter().rev() {
            if let Does::Assigns(variable) = &statement.does
                && asked.contains(&(statement.body, &**variable))
            {
                asked.extend(statement.reads());
            }
        }
        let mut edits = Vec::new();
        for statement in &self.list {
            let read = statement.reads().filter(|read| made.contains(read));
            let read: Vec<&str> = read.map(|(_, name)| name).collect();
            if !statement.inputs.runs_calls && read.is_empty() {
                continue;
            }
            let flag = statement.flag(&holding);
            match &statement.does {
                Does::Prints if !statement.is_plain => {
                    edits.extend(self.print(statement, flag, &read, names));
                }
                Does::Prints => {}
                Does::Assigns(variable) => {
                    if statement.encodes() {
                        edits.extend(self.print(statement, flag, &read, names));
                    }
                    if !statement.is_plain || asked.contains(&(statement.body, variable)) {
                        edits.extend(self.assign(statement, variable, flag, &read, names));
                    }
                }
            }
        }
        edits
    }

    /// The variables with maps that something generated is put into after they were assigned: which call is behind a field, nobody
    /// knows.
    fn filled(&self) -> HashSet<(BodyId, &str)> {
        let made = reached(self.assignments(|it| &it.inputs), &HashSet::new());
        let fills = self.list.iter().flat_map(|it| {
            let made = &made;
            it.fills.iter().filter_map(move |map| {
                let mut others = it.reads().filter(|read| read.1 != map);
                let generates = it.inputs.runs_calls || others.any(|read| made.contains(&read));
                generates.then_some((it.body, &**map))
            })
        });
        fills.collect()
    }

    /// The variables that are assigned to, with what goes into each.
    fn assignments<'s>(
        &'s self,
        inputs: impl Fn(&'s Statement) -> &'s Inputs,
    ) -> impl Iterator<Item = (BodyId, &'s str, &'s Inputs)> {
        self.list.iter().filter_map(move |it| match &it.does {
            Does::Assigns(variable) => Some((it.body, &**variable, inputs(it))),
            Does::Prints => None,
        })
    }

    fn token(&self, index: usize) -> Option<&Token> {
        self.template.tokens.get(index)
    }

    /// `{{ PIPELINE }}` becomes `` {{ list STATE BEFORE (PIPELINE) FLAG ID VARIABLE… | include `print` }} ``. What only encodes
    /// a text stays behind it: so the text is that which the chart made.
    fn print(
        &self,
        statement: &Statement,
        flag: &str,
        read: &[&str],
        names: &Names,
    ) -> Vec<(BodyId, Edit)> {
        let printed = statement.text.as_ref().unwrap_or(&statement.pipeline);
        let (Some(first), Some(last)) = (self.token(printed.start), self.token(printed.end - 1))
        else {
            return Vec::new();
        };
        let state = names.state();
        let head = match statement.inputs.runs_calls {
            true => format!("list {state} {state}.q.n ("),
            false => format!("list {state} nil ("),
        };
        let tail = format!(
            ") `{}` `{PRINTED}{}`{}{}",
            flag,
            first.start,
            listed(read),
            names.include("print")
        );
        let edit = |at: usize, text: String| {
            let edit = Edit {
                start: at,
                end: at,
                text,
            };
            (statement.body, edit)
        };
        vec![edit(first.start, head), edit(last.end, tail)]
    }

    /// `{{ $x := PIPELINE }}` becomes `` {{ BEFORE := STATE.q.n }}{{ $x := PIPELINE }}{{ list STATE BEFORE $x FLAG `$x` ID VARIABLE… | include `var` }} ``,
    /// and if it yields a text `` {{ $x = list … | include `assigned` }} ``.
    fn assign(
        &self,
        statement: &Statement,
        variable: &str,
        flag: &str,
        read: &[&str],
        names: &Names,
    ) -> Vec<(BodyId, Edit)> {
        let (Some(left), Some(first), Some(last), Some(right)) = (
            self.token(statement.left),
            self.token(statement.left + 1),
            self.token(statement.pipeline.end - 1),
            self.token(statement.right),
        ) else {
            return Vec::new();
        };
        let trims = |kind: Kind| match kind {
            Kind::LeftDelim { trim } | Kind::RightDelim { trim } => trim,
            _ => false,
        };
        let (state, before) = (names.state(), names.before());
        let marker = |trim: bool| if trim { "-" } else { "" };
        let begin = match statement.inputs.runs_calls {
            true => format!(
                "{{{{{} {before} := {state}.q.n }}}}{{{{ ",
                marker(trims(left.kind))
            ),
            false => format!("{{{{{} ", marker(trims(left.kind))),
        };
        let (assigned, id, define) = match statement.text {
            Some(_) if !statement.is_plain && !statement.encodes() => (
                format!("{variable} = "),
                format!("{ASSIGNED}{}", first.start),
                "assigned",
            ),
            _ => (String::new(), String::new(), "var"),
        };
        let end = format!(
            " }}}}{{{{ {assigned}list {state} {} {variable} `{}` `{variable}` `{id}`{}{} {}}}}}",
            if statement.inputs.runs_calls {
                &before
            } else {
                "nil"
            },
            match statement.is_plain {
                true => "-",
                false => flag,
            },
            listed(read),
            names.include(define),
            marker(trims(right.kind)),
        );
        let edit =
            |start: usize, end: usize, text: String| (statement.body, Edit { start, end, text });
        // The blanks at both ends go: they belong to the delimiters.
        let first = match first.kind {
            Kind::Space => first.end,
            _ => first.start,
        };
        vec![
            edit(left.start, first, begin),
            edit(last.end, right.end, end),
        ]
    }
}

fn listed(read: &[&str]) -> String {
    read.iter().map(|name| format!(" `{name}`")).collect()
}
