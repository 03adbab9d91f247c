//! Small text tables: groups to the left, figures to the right.

/// Widest group name shown, in characters.
const NAME_MOST: usize = 40;

/// Lines of a table whose first row is the header; the first `left` columns are aligned to the left.
pub(super) fn lines(rows: &[Vec<String>], left: usize) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .enumerate()
                .map(|(place, cell)| if place < left { cut(cell) } else { cell.clone() })
                .collect()
        })
        .collect();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            cells
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    cells
        .iter()
        .map(|row| {
            let parts: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(place, (cell, width))| {
                    if place < left {
                        format!("{cell:<width$}")
                    } else {
                        format!("{cell:>width$}")
                    }
                })
                .collect();
            format!("  {}", parts.join("  ").trim_end())
        })
        .collect()
}

fn cut(text: &str) -> String {
    if text.chars().count() <= NAME_MOST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(NAME_MOST - 1).collect();
    short.push('…');
    short
}
