//! The model: a perceptron, read from a safetensors
//! file. The format is eight bytes of header length, a JSON header that names
//! each tensor's type, shape and byte range, then the numbers themselves
//! (<https://huggingface.co/docs/safetensors>). Every range is checked before
//! it is read: a damaged file is an error, not a panic or a wrong answer.

use crate::json::{self, Value};

/// As many layers as a model may have.
const LAYERS_MAX: usize = 16;

/// What the weights say about themselves, and the weights: fully connected
/// layers `fc1`, `fc2` and so on, with `ReLU` between them.
pub struct Model {
    /// The `__metadata__` of the file, for the report.
    pub card: Card,
    layers: Vec<Dense>,
}

/// The part of `__metadata__` that the report shows; absent texts are `?`.
pub struct Card {
    /// Name of the model.
    pub name: String,
    /// Version of the model.
    pub version: String,
    /// Data set it was trained on.
    pub data_set: String,
    /// Share of the held-out samples it gets right, as written by the trainer.
    pub accuracy: String,
}

/// A fully connected layer: `weights` holds `outputs` rows of `inputs` numbers.
struct Dense {
    inputs: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Model {
    /// Reads the bytes of a safetensors file; the error says what is wrong with them.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let (header, data) =
            split(bytes).ok_or("not a safetensors file: its header does not fit in it")?;
        let header = std::str::from_utf8(header)
            .map_err(|_| "not a safetensors file: its header is not UTF-8")?;
        let header = json::parse(header)
            .map_err(|error| format!("not a safetensors file: header {error}"))?;
        let mut layers = vec![Dense::read(&header, data, "fc1")?];
        while let (at, Some(last)) = (layers.len() + 1, layers.last()) {
            let name = format!("fc{at}");
            if at > LAYERS_MAX || header.get(&format!("{name}.weight")).is_none() {
                break;
            }
            let layer = Dense::read(&header, data, &name)?;
            if layer.inputs != last.bias.len() {
                return Err(format!(
                    "tensor {name}.weight takes {} numbers, but fc{} gives {}",
                    layer.inputs,
                    at - 1,
                    last.bias.len()
                ));
            }
            layers.push(layer);
        }
        Ok(Self {
            card: Card::read(&header),
            layers,
        })
    }

    /// How many numbers a sample has.
    pub fn inputs(&self) -> usize {
        self.layers[0].inputs
    }

    /// The sizes of the layers, first to last, such as `64-128-10`.
    pub fn shape(&self) -> String {
        let sizes = self.layers.iter().map(|layer| layer.bias.len());
        let sizes = std::iter::once(self.inputs()).chain(sizes);
        sizes
            .map(|size| size.to_string())
            .collect::<Vec<_>>()
            .join("-")
    }

    /// How many weights were learned.
    pub fn weights(&self) -> usize {
        let layers = self.layers.iter();
        layers
            .map(|layer| layer.weights.len() + layer.bias.len())
            .sum()
    }

    /// The probability of each class. `sample` has [`Model::inputs`] numbers.
    pub fn predict(&self, sample: &[f32]) -> Vec<f32> {
        let mut values = sample.to_vec();
        for (at, layer) in self.layers.iter().enumerate() {
            values = layer.apply(&values);
            if at + 1 < self.layers.len() {
                for unit in &mut values {
                    *unit = unit.max(0.0);
                }
            }
        }
        softmax(&values)
    }
}

impl Card {
    fn read(header: &Value) -> Self {
        let entry = |key| {
            let value = header
                .get("__metadata__")
                .and_then(|metadata| metadata.get(key));
            value.and_then(Value::text).unwrap_or("?").to_string()
        };
        Self {
            name: entry("name"),
            version: entry("version"),
            data_set: entry("data_set"),
            accuracy: entry("accuracy"),
        }
    }
}

impl Dense {
    fn read(header: &Value, data: &[u8], name: &str) -> Result<Self, String> {
        let (shape, weights) = tensor(header, data, &format!("{name}.weight"))?;
        let (_, bias) = tensor(header, data, &format!("{name}.bias"))?;
        match shape[..] {
            [outputs, inputs] if outputs == bias.len() && outputs > 0 && inputs > 0 => Ok(Self {
                inputs,
                weights,
                bias,
            }),
            _ => Err(format!(
                "tensor {name}.weight has the wrong shape {shape:?} for {} biases",
                bias.len()
            )),
        }
    }

    fn apply(&self, input: &[f32]) -> Vec<f32> {
        let rows = self.weights.chunks_exact(self.inputs);
        rows.zip(&self.bias)
            .map(|(row, bias)| {
                row.iter()
                    .zip(input)
                    .fold(*bias, |sum, (weight, value)| sum + weight * value)
            })
            .collect()
    }
}

/// The header and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<8>()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)
}

/// One tensor of 32-bit floats: its shape and its numbers.
fn tensor(header: &Value, data: &[u8], name: &str) -> Result<(Vec<usize>, Vec<f32>), String> {
    let entry = header
        .get(name)
        .ok_or_else(|| format!("no tensor {name} in it"))?;
    if entry.get("dtype").and_then(Value::text) != Some("F32") {
        return Err(format!("tensor {name} is not of type F32"));
    }
    let shape = counts(entry.get("shape")).ok_or_else(|| format!("tensor {name} has no shape"))?;
    let bytes = match counts(entry.get("data_offsets")).as_deref() {
        Some([start, end]) => data.get(*start..*end),
        _ => None,
    }
    .ok_or_else(|| format!("tensor {name} lies outside the file"))?;
    let count = shape
        .iter()
        .try_fold(1_usize, |product, side| product.checked_mul(*side));
    if count.and_then(|count| count.checked_mul(4)) != Some(bytes.len()) {
        return Err(format!(
            "tensor {name} has {} bytes, which is not its shape {shape:?}",
            bytes.len()
        ));
    }
    let numbers = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|number| f32::from_le_bytes(*number));
    Ok((shape, numbers.collect()))
}

/// A list of whole, non-negative numbers.
fn counts(value: Option<&Value>) -> Option<Vec<usize>> {
    let whole = |item: &Value| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked before"
        )]
        item.number()
            .filter(|number| (0.0..=4e9).contains(number) && number.fract() == 0.0)
            .map(|number| number as usize)
    };
    value?.list()?.iter().map(whole).collect()
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - top).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = r#"{"__metadata__":{"name":"tiny"},
        "fc1.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
        "fc1.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},
        "fc2.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[12,20]},
        "fc2.bias":{"dtype":"F32","shape":[2],"data_offsets":[20,28]}}"#;

    fn file(header: &str, numbers: &[f32]) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.bytes());
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes
    }

    #[test]
    fn a_prediction_is_the_softmax_of_the_layers() {
        let model = Model::parse(&file(HEADER, &[1.0, 1.0, -1.0, 1.0, 0.0, 0.0, 0.5]))
            .unwrap_or_else(|error| panic!("{error}"));
        let (e, half) = (1.0_f32.exp(), 0.5_f32.exp());
        let expected = [e / (e + half), half / (e + half)];
        for (found, expected) in model.predict(&[0.5, 1.5]).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert_eq!(
            (model.card.name.as_str(), model.card.version.as_str()),
            ("tiny", "?")
        );
        assert_eq!((model.shape().as_str(), model.weights()), ("2-1-2", 7));
    }

    #[test]
    fn one_layer_is_a_linear_model() {
        let header = HEADER.replace("fc2", "other");
        let model = Model::parse(&file(&header, &[1.0, 1.0, -1.0, 1.0, 0.0, 0.0, 0.5]))
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((model.shape().as_str(), model.weights()), ("2-1", 3));
        assert!((model.predict(&[0.5, 1.5])[0] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn damaged_files_are_refused() {
        let error = |bytes: &[u8]| Model::parse(bytes).err().unwrap_or_default();
        let numbers = [0.0; 7];
        assert!(error(b"short").contains("does not fit"));
        assert!(error(&[255; 20]).contains("does not fit"));
        assert!(error(&file("{", &numbers)).contains("expected"));
        assert!(error(&file("{}", &numbers)).contains("no tensor fc1.weight"));
        assert!(error(&file(HEADER, &numbers[..6])).contains("fc2.bias lies outside"));
        assert!(error(&file(&HEADER.replace("F32", "F16"), &numbers)).contains("not of type F32"));
        assert!(
            error(&file(&HEADER.replace("[1,2]", "[2,2]"), &numbers)).contains("not its shape")
        );
        assert!(error(&file(&HEADER.replace("[1,2]", "[2,1]"), &numbers)).contains("wrong shape"));
        assert!(error(&file(&HEADER.replace("[0,8]", "[8,0]"), &numbers)).contains("outside"));
        assert!(
            error(&file(&HEADER.replace("[1,2]", "[4e9,4e9]"), &numbers)).contains("not its shape")
        );
    }
}
