//! Text whose cells end in tabs, as columns: Go's `text/tabwriter`.
//! <https://pkg.go.dev/text/tabwriter>

/// The lines of `text` with the cells before each tab filled up to their
/// column: `padding` wider than the widest, at least `least`. A column is as
/// wide as its cells on lines that follow each other; what stands behind the
/// last tab of a line belongs to no column.
pub fn aligned(text: &str, least: usize, padding: usize) -> Vec<String> {
    let rows: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut widths: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    block(&rows, 0, 0..rows.len(), &mut widths, (least, padding));
    rows.iter().zip(&widths).map(|(row, widths)| filled(row, widths)).collect()
}

/// Gives the lines of a range, which share all columns before this one, the
/// width of this column and of those behind it.
fn block(
    rows: &[Vec<&str>],
    column: usize,
    lines: std::ops::Range<usize>,
    widths: &mut [Vec<usize>],
    (least, padding): (usize, usize),
) {
    let has_cell = |line: usize| column + 1 < rows[line].len();
    let mut line = lines.start;
    while line < lines.end {
        if !has_cell(line) {
            line += 1;
            continue;
        }
        let end = (line..lines.end).find(|line| !has_cell(*line)).unwrap_or(lines.end);
        let widest = (line..end).map(|line| rows[line][column].chars().count() + padding).max().unwrap_or(0);
        widths[line..end].iter_mut().for_each(|widths| widths.push(widest.max(least)));
        block(rows, column + 1, line..end, widths, (least, padding));
        line = end;
    }
}

fn filled(row: &[&str], widths: &[usize]) -> String {
    let mut line = String::new();
    for (at, cell) in row.iter().enumerate() {
        line.push_str(cell);
        let width = widths.get(at).copied().unwrap_or(0);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_cells_on_lines_that_follow_each_other() {
        assert_eq!(aligned("A\tB\nlonger than ten\tb", 10, 3), ["A                 B", "longer than ten   b"]);
        assert_eq!(aligned("a\tb\tc\nx\nlonger\td", 4, 1), ["a   b   c", "x", "longer d"]);
    }

    #[test]
    fn an_empty_cell_has_its_room_and_the_last_one_none() {
        assert_eq!(aligned("NAME\tTAG\n\t1\t", 10, 3), ["NAME      TAG", "          1         "]);
    }
}
