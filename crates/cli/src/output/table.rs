//! Rows of words in columns, as wide as their widest word.

use super::printable;

/// Columns of a cell; a longer one moves what follows to the right.
const MAX_CELL: usize = 80;

/// Lays rows out in columns, two blanks before the first and three between; the last column of a
/// row is not padded.
pub(crate) fn lay_out(rows: &[Vec<String>]) -> String {
    let cells = |row: &Vec<String>| row.iter().map(|cell| printable(cell).into_owned()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter(|row| row.len() > column + 1);
            cells
                .filter_map(|row| row.get(column))
                .map(|cell| width(cell))
                .max()
                .unwrap_or(0)
                .min(MAX_CELL)
        })
        .collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::from(" ");
        for (cell, column) in row.iter().zip(&widths) {
            line.push_str(if line.len() == 1 { " " } else { "   " });
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', column.saturating_sub(width(cell))));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Characters, which on a terminal are columns for nearly every name there is.
fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_trails() {
        let row = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        let rows =
            [row(&["a", "long", "x"]), row(&["bbb", "", "y"]), row(&["c", "a long sentence"])];
        assert_eq!(lay_out(&rows), "  a     long   x\n  bbb          y\n  c     a long sentence\n");
    }
}
