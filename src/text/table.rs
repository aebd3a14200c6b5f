//! Docker's tables: columns as wide as their widest cell, three spaces apart.

use super::Line;

/// Which side the text of a column leans to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Left, the usual.
    Left,
    /// Right, for sizes in the image list.
    Right,
}

/// A column: its header, least width and side.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// In capitals.
    pub header: &'static str,
    /// Never narrower than this.
    pub least_width: usize,
    /// Which side.
    pub align: Align,
    /// Whether a last column is filled up with spaces too.
    pub fill: bool,
}

const GAP: &str = "   ";

/// The least width of a column of docker's older tables: ten with the gap.
const LEAST: usize = 7;

impl Column {
    /// A left column of the older tables, such as that of `docker ps`.
    pub const fn left(header: &'static str) -> Self {
        Self { header, least_width: LEAST, align: Align::Left, fill: false }
    }
}

/// The header line and one line a row. Each row has a cell a column.
pub fn table(columns: &[Column], rows: &[Vec<String>]) -> Vec<Line> {
    let header: Vec<String> = columns.iter().map(|column| column.header.to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&header).chain(rows).collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| all.iter().map(|row| width(&row[at])).max().unwrap_or(0).max(column.least_width))
        .collect();
    all.iter().map(|row| Line::from(format_row(columns, &widths, row))).collect()
}

fn format_row(columns: &[Column], widths: &[usize], row: &[String]) -> String {
    let last = columns.len().saturating_sub(1);
    let cells = columns.iter().zip(widths).zip(row).enumerate().map(|(at, ((column, width_wanted), cell))| {
        let fill = " ".repeat(width_wanted - width(cell));
        match column.align {
            Align::Right => fill + cell,
            Align::Left if at == last && !column.fill => cell.clone(),
            Align::Left => cell.clone() + &fill,
        }
    });
    cells.collect::<Vec<_>>().join(GAP)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_never_narrow() {
        let columns = [Column::left("NAME"), Column::left("TAG"), Column::left("ID")];
        let lines = table(&columns, &[vec!["mlmodel-2".into(), "1".into(), "2".into()]]);
        let text: Vec<String> = lines.iter().map(Line::text).collect();
        assert_eq!(text, ["NAME        TAG       ID", "mlmodel-2   1         2"]);
    }
}
