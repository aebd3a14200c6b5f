//! A sample: one grey picture of 8 by 8 pixels, 0 (paper) to 16 (ink), as
//! JSON: `{"pixels": [[0, 0, 5, …], …], "label": 7}`. The label is optional.

use crate::json::{self, Value};

/// Rows and columns of a picture.
pub const SIDE: usize = 8;
/// The darkest pixel.
const INK: f32 = 16.0;
/// From paper to ink, for a picture in a terminal.
const SHADES: &[u8] = b" .:-=+*#@";

/// A picture, row by row.
pub struct Sample {
    pixels: Vec<f32>,
    /// What a person says it shows.
    pub label: Option<usize>,
}

impl Sample {
    /// Reads a sample; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(&json::parse(text).map_err(|error| error.to_string())?)
    }

    /// Reads a sample from a document; the error says what is wrong with it.
    pub fn read(value: &Value) -> Result<Self, String> {
        let rows = value
            .get("pixels")
            .and_then(Value::list)
            .ok_or("no list \"pixels\" in it")?;
        let mut pixels = Vec::with_capacity(SIDE * SIDE);
        for (at, row) in rows.iter().enumerate() {
            let row = row.list().filter(|row| row.len() == SIDE);
            let row = row.ok_or_else(|| {
                format!(
                    "row {} of \"pixels\" is not a list of {SIDE} numbers",
                    at + 1
                )
            })?;
            for pixel in row {
                pixels.push(ink(pixel).ok_or_else(|| {
                    format!(
                        "row {} has a pixel that is not a number from 0 to 16",
                        at + 1
                    )
                })?);
            }
        }
        if rows.len() != SIDE {
            return Err(format!(
                "\"pixels\" has {} rows, but a picture has {SIDE}",
                rows.len()
            ));
        }
        Ok(Self {
            pixels,
            label: label(value)?,
        })
    }

    /// Reads a row of a table: the label, which may be empty, then the pixels.
    pub fn row(line: &str) -> Result<Self, String> {
        let (label, pixels) = line.split_once(',').ok_or("not a label and 64 pixels")?;
        let label = match label.trim() {
            "" => None,
            digit => Some(
                digit
                    .parse()
                    .ok()
                    .filter(|digit| *digit < 10)
                    .ok_or("the label is not a digit")?,
            ),
        };
        let pixels = pixels.split(',').map(|pixel| {
            let pixel = pixel
                .trim()
                .parse()
                .map_err(|_| "a pixel is not a number")?;
            ink(&Value::Number(pixel)).ok_or("a pixel is not a number from 0 to 16")
        });
        let pixels = pixels.collect::<Result<Vec<_>, _>>()?;
        if pixels.len() != SIDE * SIDE {
            return Err(format!("{} pixels, but a picture has 64", pixels.len()));
        }
        Ok(Self { pixels, label })
    }

    /// The pixels as the model was taught to see them: 0 to 1.
    pub fn normalised(&self) -> Vec<f32> {
        self.pixels.iter().map(|pixel| pixel / INK).collect()
    }

    /// The picture in characters, two for a pixel so that it looks square.
    pub fn picture(&self) -> String {
        let mut out = String::new();
        for row in self.pixels.chunks(SIDE) {
            let line: String = row.iter().flat_map(|pixel| [shade(*pixel); 2]).collect();
            out.push_str("  |");
            out.push_str(&line);
            out.push_str("|\n");
        }
        out
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a number from 0 to 16")]
fn ink(pixel: &Value) -> Option<f32> {
    pixel
        .number()
        .filter(|pixel| (0.0..=f64::from(INK)).contains(pixel))
        .map(|pixel| pixel as f32)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 0 to 9"
)]
fn label(sample: &Value) -> Result<Option<usize>, String> {
    let Some(label) = sample.get("label") else {
        return Ok(None);
    };
    match label.number() {
        Some(digit) if (0.0..=9.0).contains(&digit) && digit.fract() == 0.0 => {
            Ok(Some(digit as usize))
        }
        _ => Err("\"label\" is not a digit".to_string()),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number from 0 to 16, halved"
)]
fn shade(pixel: f32) -> char {
    char::from(SHADES[((pixel / 2.0) as usize).min(SHADES.len() - 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rows: usize, row: &str) -> String {
        format!(
            "{{\"pixels\": [{}], \"label\": 7}}",
            vec![row; rows].join(",")
        )
    }

    #[test]
    fn a_picture_is_read_and_drawn() {
        let sample = Sample::parse(&text(8, "[0,0,8,16,16,8.5,0,1]"))
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            sample.picture().lines().next(),
            Some("  |    ==@@@@==    |")
        );
        assert_eq!((sample.normalised().len(), sample.label), (64, Some(7)));
    }

    #[test]
    fn other_shapes_are_refused() {
        let error = |text: &str| Sample::parse(text).err().unwrap_or_default();
        assert_eq!(error("[]"), "no list \"pixels\" in it");
        assert_eq!(
            error(&text(7, "[0,0,0,0,0,0,0,0]")),
            "\"pixels\" has 7 rows, but a picture has 8"
        );
        assert_eq!(
            error(&text(8, "[0,0]")),
            "row 1 of \"pixels\" is not a list of 8 numbers"
        );
        assert_eq!(
            error(&text(8, "[0,0,0,0,0,0,0,17]")),
            "row 1 has a pixel that is not a number from 0 to 16"
        );
        assert_eq!(
            error(&text(8, "[0,0,0,0,0,0,0,0]").replace('7', "77")),
            "\"label\" is not a digit"
        );
        assert_eq!(error("{"), "not JSON: expected a string at byte 1");
    }
}
