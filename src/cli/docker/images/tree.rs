//! The view of docker 29: one row a name, or with `--tree` one block an image
//! with its platforms.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/command/image/tree.go>

use super::filter::Listed;
use crate::oci::Reference;
use crate::text::{Line, Style, sorted, sorted_by, units};

/// The columns behind the first: header, width, and whether they lean right.
const COLUMNS: [(&str, usize, bool); 3] = [("ID", 12, false), ("DISK USAGE", 10, true), ("CONTENT SIZE", 12, true)];
const EXTRA: &str = "EXTRA";
const GAP: &str = "   ";
const UNTAGGED: &str = "<untagged>";

/// Rows of one image that share its details.
struct Block {
    names: Vec<String>,
    details: Details,
    children: Vec<Child>,
}

/// One platform of an image.
struct Child {
    platform: String,
    available: bool,
    details: Details,
}

struct Details {
    cells: [String; 3],
    in_use: bool,
}

/// How wide the first column is, whether chips are drawn as on a terminal, and whether any image is in use.
struct Layout {
    width: usize,
    tty: bool,
    chips: bool,
}

/// All lines; on a terminal with docker's legend above.
pub fn lines(listed: &[Listed], expanded: bool, tty: bool) -> Vec<Line> {
    let blocks = blocks(listed, expanded);
    let chips = blocks.iter().any(|block| block.details.in_use);
    let layout = Layout { width: width(&blocks), tty, chips };
    let spaced = blocks.iter().any(|block| !block.children.is_empty());
    let mut lines = if tty { vec![layout.legend()] } else { Vec::new() };
    lines.push(layout.header());
    for block in &blocks {
        lines.extend(layout.block(block));
        if spaced {
            lines.push(Line::from(""));
        }
    }
    lines
}

/// By first name, the untagged last.
fn blocks(listed: &[Listed], expanded: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for listed in listed {
        let tags = listed.names.iter().filter(|name| name.tag.is_some());
        let names = sorted(tags.map(Reference::familiar));
        let own = |names: Vec<String>| Block {
            names,
            details: details(listed),
            children: if expanded { children(listed) } else { Vec::new() },
        };
        if expanded || names.is_empty() {
            blocks.push(own(names));
        } else {
            blocks.extend(names.into_iter().map(|name| own(vec![name])));
        }
    }
    sorted_by(blocks, |a, b| (a.names.is_empty(), a.names.first()).cmp(&(b.names.is_empty(), b.names.first())))
}

fn details(listed: &Listed) -> Details {
    let summary = &listed.summary;
    let sizes = [summary.disk_usage(), summary.content_size].map(units::size);
    let [disk, content] = sizes;
    Details { cells: [summary.root.digest.short(), disk, content], in_use: summary.containers() > 0 }
}

fn children(listed: &Listed) -> Vec<Child> {
    let child = |platform: &crate::engine::PlatformSummary| {
        let [disk, content] = [platform.disk_usage(), platform.content_size].map(units::size);
        Child {
            platform: platform.platform.to_string(),
            available: platform.available,
            details: Details {
                cells: [platform.manifest.digest.short(), disk, content],
                in_use: platform.containers > 0,
            },
        }
    };
    listed.summary.platforms.iter().map(child).collect()
}

/// As wide as the widest name. Docker counts a branch by its bytes, of which it has more than columns.
fn width(blocks: &[Block]) -> usize {
    let names = blocks.iter().flat_map(|block| block.names.iter().map(String::len));
    let untagged = blocks.iter().filter(|block| block.names.is_empty()).map(|_| UNTAGGED.len());
    let children = blocks.iter().flat_map(|block| &block.children).map(|child| child.platform.len() + "└─ ".len());
    names.chain(untagged).chain(children).max().unwrap_or(0).max("IMAGE".len())
}

impl Layout {
    /// Docker puts it at the right edge of the terminal; here that is the table's, for nobody knows the other.
    fn legend(&self) -> Line {
        let parts = [(Style::Hint, "i Info → "), (Style::Plain, " "), (Style::Hint, " U "), (Style::Plain, " In Use")];
        let columns = COLUMNS.iter().map(|(_, width, _)| GAP.len() + width).sum::<usize>();
        let whole = self.width + columns + GAP.len() + EXTRA.len();
        let legend: usize = parts.iter().map(|(_, text)| text.chars().count()).sum();
        let before = Line::from(" ".repeat(whole.saturating_sub(legend)));
        parts.into_iter().fold(before, |line, (style, text)| line.and(style, text))
    }

    fn header(&self) -> Line {
        let width = self.width;
        let mut line = format!("{:width$}", "IMAGE");
        for (header, width, right) in COLUMNS {
            line += GAP;
            line += &padded(header, width, right);
        }
        Line::styled(Style::Bold, format!("{line}{GAP}{EXTRA}"))
    }

    /// A line a name; the last name has the details.
    fn block(&self, block: &Block) -> Vec<Line> {
        let mut lines: Vec<Line> = block.names.iter().map(|name| self.first(Style::Bold, name)).collect();
        let last = lines.pop().unwrap_or_else(|| self.first(Style::Dim, UNTAGGED));
        lines.push(self.with_details(last, &block.details, Style::Plain));
        for (at, child) in block.children.iter().enumerate() {
            let branch = if at + 1 == block.children.len() { "└─ " } else { "├─ " };
            let style = if child.available { Style::Plain } else { Style::Dim };
            let first = self.first(style, &format!("{branch}{}", child.platform));
            lines.push(self.with_details(first, &child.details, style));
        }
        lines
    }

    fn first(&self, style: Style, text: &str) -> Line {
        let fill = self.width.saturating_sub(text.chars().count());
        Line::styled(style, text).and(Style::Plain, " ".repeat(fill))
    }

    fn with_details(&self, line: Line, details: &Details, style: Style) -> Line {
        let cells = details.cells.iter().zip(COLUMNS);
        let cells: String =
            cells.map(|(cell, (_, width, right))| GAP.to_owned() + &padded(cell, width, right)).collect();
        let line = line.and(style, cells + GAP);
        let (chip, empty) = if self.tty { (" U ", "   ") } else { ("U", " ") };
        let shown = if details.in_use { chip } else { empty };
        let shown = if self.chips { shown } else { "" };
        let fill = " ".repeat(EXTRA.len() - shown.len());
        if details.in_use {
            line.and(Style::Hint, shown).and(Style::Plain, fill)
        } else {
            line.and(Style::Plain, shown.to_owned() + &fill)
        }
    }
}

fn padded(text: &str, width: usize, right: bool) -> String {
    if right { format!("{text:>width$}") } else { format!("{text:width$}") }
}
