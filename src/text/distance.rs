//! How far apart two words are, for "did you mean".

/// Insertions, deletions and replacements that lead from `a` to `b` (Levenshtein).
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (at, to) in b.iter().enumerate() {
            let replace = diagonal + usize::from(from != *to);
            diagonal = row[at + 1];
            row[at + 1] = replace.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_added_dropped_or_replaced_counts_one() {
        for (a, b, far) in [("", "", 0), ("push", "push", 0), ("psh", "push", 1), ("pull", "push", 2), ("", "ps", 2)] {
            assert_eq!(distance(a, b), far, "{a} {b}");
        }
    }
}
