//! `--progress rawjson`: one JSON document a line, as the daemon sends them.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#progress>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::event::Event;
use crate::oci::Digest;
use crate::text::{Line, Output, Stream};

/// Remembers which step has which digest.
#[derive(Debug, Default)]
pub struct Raw {
    names: BTreeMap<u32, String>,
}

impl Raw {
    /// The line that `event` adds.
    pub fn event(&mut self, event: &Event) -> Vec<Output> {
        let status = match event {
            Event::BuildStepStarted { step, name } => {
                self.names.insert(*step, name.clone());
                json!({ "vertexes": [self.vertex(*step, &[])] })
            }
            Event::BuildStepReported { step, id, current, total, millis, .. } => json!({ "statuses": [{
                "id": id, "vertex": self.digest(*step), "current": current, "total": total, "millis": millis,
            }] }),
            Event::BuildStepWrote { step, stream, text, .. } => {
                let number = if *stream == Stream::Stdout { 1 } else { 2 };
                json!({ "logs": [{ "vertex": self.digest(*step), "stream": number, "data": text }] })
            }
            Event::BuildStepCached { step } => json!({ "vertexes": [self.vertex(*step, &[("cached", json!(true))])] }),
            Event::BuildStepDone { step, millis, .. } => {
                json!({ "vertexes": [self.vertex(*step, &[("completed", json!(true)), ("millis", json!(millis))])] })
            }
            Event::BuildStepFailed { step, message } => {
                json!({ "vertexes": [self.vertex(*step, &[("error", json!(message))])] })
            }
            Event::BuildStepCanceled { step } => {
                json!({ "vertexes": [self.vertex(*step, &[("error", json!("context canceled"))])] })
            }
            Event::BuildWarned { rule, message, line } => {
                json!({ "warnings": [{ "vertex": self.digest(1), "short": format!("{rule}: {message} (line {line})") }] })
            }
            _ => return Vec::new(),
        };
        vec![Output { stream: Stream::Stderr, slot: None, line: Line::from(status.to_string()) }]
    }

    fn vertex(&self, step: u32, more: &[(&str, Value)]) -> Value {
        let mut vertex = json!({ "digest": self.digest(step), "name": self.names.get(&step) });
        for (name, value) in more {
            vertex[*name] = value.clone();
        }
        vertex
    }

    /// A step has no digest of its own here; that of its number and name will do to tell it apart.
    fn digest(&self, step: u32) -> Digest {
        let name = self.names.get(&step).map_or("", String::as_str);
        Digest::of(format!("{step} {name}").as_bytes())
    }
}
