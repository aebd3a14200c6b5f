//! A whole table at once: `label,p0,…,p63`, with a heading. The label may be
//! empty.

use std::fmt::Write as _;

use classifier::model::Model;
use classifier::ranking;
use classifier::sample::Sample;

/// One line for each row, and at the end how many were right.
pub fn classify(model: &Model, text: &str) -> Result<String, String> {
    let mut out = String::from("row,label,class,probability\n");
    let (mut right, mut labelled) = (0, 0);
    for (at, line) in text
        .lines()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| !line.is_empty())
    {
        let row = at + 1;
        let sample = Sample::row(line).map_err(|error| format!("line {row}: {error}"))?;
        let ranking = ranking(&model.predict(&sample.normalised()));
        let (class, probability) = ranking.first().copied().unwrap_or_default();
        let label = sample
            .label
            .map_or(String::new(), |label| label.to_string());
        labelled += usize::from(sample.label.is_some());
        right += usize::from(sample.label == Some(class));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{at},{label},{class},{probability:.4}");
    }
    if labelled > 0 {
        #[expect(clippy::cast_precision_loss, reason = "there are not that many rows")]
        let share = 100.0 * right as f64 / labelled as f64;
        let _ = writeln!(out, "accuracy {share:.1}% ({right} of {labelled})");
    }
    Ok(out)
}
