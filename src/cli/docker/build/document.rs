//! `--call …,format=json`: the answers as the builder gives them, documents
//! with lines as Go writes them. What is empty is left out.
//! <https://github.com/moby/buildkit/tree/v0.32.2/frontend/subrequests>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::call::REQUESTS;
use crate::build::{Outline, OutlineSecret, Place, SolveError, TargetStage};
use crate::dockerfile::{LineRange, Warning};
use crate::oci::json as documents;
use crate::text::sorted_by;

/// The name of a Dockerfile and its text.
type Source<'a> = (&'a str, &'a str);

/// The stages that can be built.
pub(super) fn targets(targets: &[TargetStage], (_, text): Source<'_>) -> Vec<String> {
    let target = |target: &TargetStage| {
        object([
            ("name", target.name.as_deref().map(Value::from)),
            ("default", target.is_default.then(|| true.into())),
            ("description", filled(&target.description)),
            ("base", filled(&target.base)),
            ("platform", target.platform.as_deref().map(Value::from)),
            ("location", Some(location(target.lines))),
        ])
    };
    let targets: Vec<Value> = targets.iter().map(target).collect();
    lines(&json!({ "targets": targets, "sources": [STANDARD.encode(text)] }))
}

/// The parameters of one of them.
pub(super) fn outline(outline: &Outline, (_, text): Source<'_>) -> Vec<String> {
    let arguments = outline.arguments.iter().map(|argument| {
        object([
            ("name", Some(argument.name.as_str().into())),
            ("description", filled(&argument.description)),
            ("value", filled(&argument.value)),
            ("location", Some(location(argument.lines))),
        ])
    });
    lines(&object([
        ("name", outline.name.as_deref().map(Value::from)),
        ("description", filled(&outline.description)),
        ("args", list(arguments)),
        ("secrets", list(outline.secrets.iter().map(wanted))),
        ("ssh", list(outline.agents.iter().map(wanted))),
        ("sources", Some(json!([STANDARD.encode(text)]))),
    ]))
}

/// What can be asked; what Go never filled is null.
pub(super) fn requests() -> Vec<String> {
    let request = |(name, description): (&str, &str)| {
        json!({
            "name": format!("frontend.{name}"),
            "version": "1.0.0",
            "type": "rpc",
            "description": description,
            "opts": match name {
                "outline" => json!([{ "name": "target", "description": "Target build stage" }]),
                "targets" => json!([]),
                _ => Value::Null,
            },
            "inputs": null,
            "metadata": [{ "name": "result.json", "description": "" }, { "name": "result.txt", "description": "" }],
            "refs": null,
        })
    };
    lines(&REQUESTS.map(request).into_iter().collect())
}

/// The remarks of the linter, in the order of the file, and the mistake that ended it.
pub(super) fn check(
    remarks: &[Warning],
    (name, text): Source<'_>,
    mistake: Option<(&SolveError, Option<&Place>)>,
) -> Vec<String> {
    let remarks = sorted_by(remarks, |a, b| a.line.cmp(&b.line)).into_iter().map(|remark| {
        object([
            ("ruleName", Some(remark.rule.into())),
            ("description", filled(remark.description)),
            ("url", filled(remark.url)),
            ("detail", filled(&remark.message)),
            ("location", Some(location(remark.lines))),
        ])
    });
    let source = json!({ "filename": name, "data": STANDARD.encode(text), "language": "Dockerfile" });
    // A list of Go to which nothing was added is null.
    let warnings = if remarks.len() == 0 { Value::Null } else { remarks.collect() };
    let mistake = mistake.map(|(error, place)| {
        let location = place.map_or_else(|| json!({}), |place| location(place.lines));
        json!({ "message": error.to_string(), "location": location })
    });
    lines(&object([("warnings", Some(warnings)), ("sources", Some(json!([source]))), ("buildError", mistake)]))
}

fn wanted(secret: &OutlineSecret) -> Value {
    object([
        ("name", Some(secret.name.as_str().into())),
        ("required", secret.is_required.then(|| true.into())),
        ("location", Some(location(secret.lines))),
    ])
}

fn location(lines: LineRange) -> Value {
    json!({ "ranges": [{ "start": { "line": lines.first }, "end": { "line": lines.last } }] })
}

fn filled(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| text.into())
}

fn list(values: impl Iterator<Item = Value>) -> Option<Value> {
    let values: Vec<Value> = values.collect();
    (!values.is_empty()).then(|| values.into())
}

fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn lines(document: &Value) -> Vec<String> {
    documents::printed(document, "  ").lines().map(str::to_owned).collect()
}
