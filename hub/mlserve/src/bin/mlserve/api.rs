//! What the server answers: a function from a request to a response.

use classifier::json::{self, Value};
use classifier::model::Model;
use classifier::ranking;
use classifier::sample::Sample;

use crate::http::{Request, Response, quoted};

/// Answers one request.
pub fn handle(model: &Model, request: &Request) -> Response {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") => Response {
            media_type: "text/plain; charset=utf-8",
            ..Response::json(200, card(model))
        },
        ("GET" | "HEAD", "/health") => Response::json(200, health(model)),
        ("POST", "/predict") => match predictions(model, &request.body) {
            Ok(body) => Response::json(200, body),
            Err(message) => Response::error(400, &message),
        },
        (_, "/" | "/health") => wrong_method("GET, HEAD"),
        (_, "/predict") => wrong_method("POST"),
        (_, path) => Response::error(404, &format!("no such path: {path}")),
    }
}

fn wrong_method(allow: &'static str) -> Response {
    Response {
        allow: Some(allow),
        ..Response::error(405, &format!("allowed here: {allow}"))
    }
}

/// The model card as text.
pub fn card(model: &Model) -> String {
    let card = &model.card;
    format!(
        "model     {} {}\nlayers    {} ({} weights)\ndata      {}\naccuracy  {} on held-out samples\n",
        card.name,
        card.version,
        model.shape(),
        model.weights(),
        card.data_set,
        card.accuracy
    )
}

fn health(model: &Model) -> String {
    let (name, version) = (quoted(&model.card.name), quoted(&model.card.version));
    format!("{{\"status\":\"ok\",\"model\":{name},\"version\":{version}}}\n")
}

/// The answer to one sample, or to each of `instances`.
fn predictions(model: &Model, body: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the body is not UTF-8")?;
    let value = json::parse(text).map_err(|error| error.to_string())?;
    let Some(instances) = value.get("instances") else {
        return Ok(prediction(model, &value)? + "\n");
    };
    let instances = instances.list().ok_or("\"instances\" is not a list")?;
    let answers = instances.iter().enumerate().map(|(at, instance)| {
        prediction(model, instance).map_err(|error| format!("instance {}: {error}", at + 1))
    });
    let answers = answers.collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{{\"predictions\":[{}]}}\n", answers.join(",")))
}

fn prediction(model: &Model, value: &Value) -> Result<String, String> {
    let sample = Sample::read(value)?;
    let probabilities = model.predict(&sample.normalised());
    let ranking = ranking(&probabilities);
    let (class, probability) = ranking.first().copied().unwrap_or_default();
    let all: Vec<String> = probabilities
        .iter()
        .map(|one| format!("{one:.4}"))
        .collect();
    let verdict = sample.label.map_or(String::new(), |label| {
        format!(",\"label\":{label},\"right\":{}", label == class)
    });
    Ok(format!(
        "{{\"class\":{class},\"probability\":{probability:.4}{verdict},\"probabilities\":[{}]}}",
        all.join(",")
    ))
}
