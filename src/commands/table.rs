//! Tables for a terminal: columns that fit, cells that wrap at a good place, and no character of a chart's that nobody sees.

use crate::unseen::in_line;

/// Between two columns.
const GAP: &str = "  ";

/// A column is not made narrower than this.
const MIN_WIDTH: usize = 14;

/// A table that is filled row by row.
#[derive(Debug, Clone)]
pub(super) struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    #[must_use]
    pub(super) fn new(header: &[&'static str]) -> Self {
        Self {
            header: header.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row. Cells that are missing are empty, those that are too many are dropped.
    pub(super) fn row<I: IntoIterator<Item = S>, S: Into<String>>(&mut self, cells: I) {
        let mut row: Vec<String> = cells
            .into_iter()
            .map(|cell| in_line(&cell.into()))
            .collect();
        row.resize(self.header.len(), String::new());
        self.rows.push(row);
    }

    /// The table as text that ends with a newline; nothing if it has no rows.
    ///
    /// With a `width` (in characters) wide columns wrap; where even that does not fit, each row becomes a block of
    /// lines. Without one, each row is one line, good for grep.
    #[must_use]
    pub(super) fn render(&self, width: Option<usize>) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let natural: Vec<usize> = (0..self.header.len())
            .map(|column| {
                let cells = self.rows.iter().map(|row| length(&row[column]));
                cells
                    .chain([length(self.header[column])])
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        match width {
            None => self.columns(&natural),
            Some(width) => match fit(natural, width) {
                Some(widths) => self.columns(&widths),
                None => self.blocks(width),
            },
        }
    }

    /// The table for Markdown as GitHub and GitLab read it; nothing if it has no rows.
    #[must_use]
    pub(super) fn markdown(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut out = format!("| {} |\n", self.header.join(" | "));
        out.push_str(&format!("|{}\n", " --- |".repeat(self.header.len())));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| markdown_cell(cell)).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        out
    }

    fn columns(&self, widths: &[usize]) -> String {
        let mut out = String::new();
        let header: Vec<String> = self.header.iter().map(|name| (*name).to_owned()).collect();
        for row in std::iter::once(&header).chain(&self.rows) {
            let cells: Vec<Vec<String>> = row
                .iter()
                .zip(widths)
                .map(|(cell, width)| wrap(cell, *width))
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                let mut text = String::new();
                for (cell, width) in cells.iter().zip(widths) {
                    let part = cell.get(line).map_or("", String::as_str);
                    text.push_str(part);
                    text.extend(std::iter::repeat_n(' ', width.saturating_sub(length(part))));
                    text.push_str(GAP);
                }
                out.push_str(text.trim_end());
                out.push('\n');
            }
        }
        out
    }

    fn blocks(&self, width: usize) -> String {
        let label = self
            .header
            .iter()
            .map(|name| length(name))
            .max()
            .unwrap_or(0);
        let room = width.saturating_sub(label + GAP.len()).max(MIN_WIDTH);
        let mut out = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            for (name, cell) in self
                .header
                .iter()
                .zip(row)
                .filter(|(_, cell)| !cell.is_empty())
            {
                for (line, part) in wrap(cell, room).iter().enumerate() {
                    let name = if line == 0 { name } else { "" };
                    out.push_str(&format!("{name:label$}{GAP}{part}\n"));
                }
            }
        }
        out
    }
}

/// Plain words as they are; another text as code, in which nothing but a bar and a grave accent means anything.
fn markdown_cell(cell: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ,-.".contains(c);
    if cell.chars().all(is_plain) {
        return cell.to_owned();
    }
    // One more than the longest row of them in the text.
    let rows = cell.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(rows.max().unwrap_or_default() + 1);
    let space = if fence.len() > 1 { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", cell.replace('|', "\\|"))
}

/// Takes from the widest column until all fit into `width`.
fn fit(mut widths: Vec<usize>, width: usize) -> Option<Vec<usize>> {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let widest = widths.iter_mut().max()?;
        if *widest <= MIN_WIDTH {
            return None;
        }
        *widest -= 1;
    }
    Some(widths)
}

/// Cuts `text` into lines of at most `width` characters, behind a blank or a mark that parts names where there is
/// one in the second half of a line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut rest = chars.as_slice();
    while rest.len() > width {
        let cut = (width / 2..=width)
            .rev()
            .find(|at| *at > 0 && matches!(rest[at - 1], ' ' | '/' | '.' | ',' | ':' | ']' | '-'))
            .unwrap_or(width);
        lines.push(rest[..cut].iter().collect::<String>().trim_end().to_owned());
        rest = &rest[cut..];
    }
    lines.push(rest.iter().collect());
    lines
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A table that was made a text, below its title; nothing of an empty one.
pub(super) fn section(title: &str, text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("\n{title}\n\n{text}"),
    }
}

/// How many characters wide the terminal on stdout is; none if stdout is no terminal.
#[must_use]
pub(super) fn terminal_width() -> Option<usize> {
    let (terminal_size::Width(width), _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["KIND", "FIELD", "BITS"]);
        table.row(["Secret", "data.a-rather-long-name.that-goes-on", "190.5"]);
        table.row(["= Deployment", "spec.template"]);
        table
    }

    #[test]
    fn without_a_terminal_each_row_is_one_line() {
        assert_eq!(
            table().render(None),
            "KIND          FIELD                                 BITS\n\
             Secret        data.a-rather-long-name.that-goes-on  190.5\n\
             = Deployment  spec.template\n"
        );
    }

    #[test]
    fn wide_columns_wrap_between_names() {
        assert_eq!(
            table().render(Some(47)),
            "KIND          FIELD                       BITS\n\
             Secret        data.a-rather-long-name.    190.5\n\
             \x20             that-goes-on\n\
             = Deployment  spec.template\n"
        );
    }

    #[test]
    fn a_narrow_terminal_gets_blocks() {
        assert_eq!(
            table().render(Some(28)),
            "KIND   Secret\n\
             FIELD  data.a-rather-long-\n\
             \x20      name.that-goes-on\n\
             BITS   190.5\n\
             \n\
             KIND   = Deployment\n\
             FIELD  spec.template\n"
        );
    }

    #[test]
    fn markdown_shows_each_text_as_it_is() {
        let mut table = Table::new(&["PIN", "WHY"]);
        assert_eq!(table.markdown(), "");
        table.row(["Secret/web/*|x", "stands there, by its position"]);
        table.row(["= a`b``c", "<script>@team"]);
        assert_eq!(
            table.markdown(),
            "| PIN | WHY |\n| --- | --- |\n\
             | `Secret/web/*\\|x` | stands there, by its position |\n\
             | ``` = a`b``c ``` | `<script>@team` |\n"
        );
    }

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        for width in 21..80 {
            for line in table().render(Some(width)).lines() {
                assert!(line.chars().count() <= width, "{line:?} at {width}");
            }
        }
    }

    #[test]
    fn control_characters_are_shown_and_an_empty_table_is_nothing() {
        let mut table = Table::new(&["NAME"]);
        assert_eq!(table.render(None), "");
        table.row(["a\u{1b}[31m\nb\u{202e}"]);
        assert_eq!(table.render(None), "NAME\na\\u{1b}[31m\\nb\\u{202e}\n");
    }
}
