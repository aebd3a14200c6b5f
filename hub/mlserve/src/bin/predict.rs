//! `predict`: loads a model file and a sample and prints what the model sees
//! in it. The program of the `mlserve` base image; it runs under any WASI
//! preview 1 host, and the same input gives the same bytes everywhere.

use std::fmt::Write as _;
use std::process::ExitCode;

use classifier::model::Model;
use classifier::sample::{self, Sample};
use classifier::{ranking, read};

const USAGE: &str = "\
Usage: predict SAMPLE

Prints what the model sees in SAMPLE, a JSON file with an 8x8 picture:
{\"pixels\": [[0, 0, 5, ...], ...], \"label\": 7}, pixels from 0 (paper) to 16 (ink).

Environment:
  MODEL   the model file, a safetensors file (default: model.safetensors)

Exit code: 0 for a prediction, 1 for a file that cannot be used, 2 for wrong usage.
";
/// How many classes the report lists.
const TOP: usize = 3;
/// How many characters a probability of 1 is long.
const BAR: f32 = 30.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--help" | "-h"] => print(USAGE),
        [flag] if flag.starts_with('-') => refuse(&format!("unknown flag: {flag}")),
        [sample] => predict(sample),
        [] => refuse("a sample is missing"),
        _ => refuse("one sample at a time, please"),
    }
}

fn predict(sample_path: &str) -> ExitCode {
    let model_path = std::env::var("MODEL").unwrap_or_else(|_| "model.safetensors".to_string());
    match report(&model_path, sample_path) {
        Ok(text) => print(&text),
        Err(message) => {
            eprintln!("predict: {message}");
            ExitCode::from(1)
        }
    }
}

/// The whole answer, or what is wrong with which file.
fn report(model_path: &str, sample_path: &str) -> Result<String, String> {
    let model =
        Model::parse(&read(model_path)?).map_err(|error| format!("{model_path}: {error}"))?;
    let sample =
        String::from_utf8(read(sample_path)?).map_err(|_| format!("{sample_path}: not UTF-8"))?;
    let sample = Sample::parse(&sample).map_err(|error| format!("{sample_path}: {error}"))?;
    if model.inputs() != sample::SIDE * sample::SIDE {
        return Err(format!(
            "{model_path}: this model takes {} numbers, but a picture has 64",
            model.inputs()
        ));
    }
    Ok(render(&model, &sample, sample_path))
}

fn render(model: &Model, sample: &Sample, sample_path: &str) -> String {
    let card = &model.card;
    let mut out = format!(
        "model    {} {} ({}, {} weights)\n\
         data     {}, held-out accuracy {}\n\
         sample   {sample_path}\n\n{}\n",
        card.name,
        card.version,
        model.shape(),
        model.weights(),
        card.data_set,
        card.accuracy,
        sample.picture(),
    );
    let ranking = ranking(&model.predict(&sample.normalised()));
    let verdict = match (sample.label, ranking.first()) {
        (Some(label), Some((class, _))) if label == *class => {
            " (right: the label says so too)".to_string()
        }
        (Some(label), _) => format!(" (wrong: the label says {label})"),
        (None, _) => String::new(),
    };
    for (place, (class, probability)) in ranking.iter().take(TOP).enumerate() {
        if place == 0 {
            // Writing to a String cannot fail, here and below.
            let _ = writeln!(out, "prediction: {class}{verdict}");
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number from 0 to BAR"
        )]
        let bar = "#".repeat((probability * BAR).round() as usize);
        let _ = writeln!(
            out,
            "{}",
            format!("  {class}  {:5.1}%  {bar}", probability * 100.0).trim_end()
        );
    }
    out
}

/// Prints to standard output; a closed pipe is a failure, not a panic.
fn print(text: &str) -> ExitCode {
    use std::io::Write as _;
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(1),
    }
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("predict: {message}\n\n{USAGE}");
    ExitCode::from(2)
}
