//! What `--provenance=mode=max` tells beyond the least: the steps that made the
//! image in the form of `BuildKit`'s LLB, the lines of the Dockerfile each is
//! from, and the layers each led to. `BuildKit` names its steps by digests of
//! a binary form that is not made here, so that mapping is left out.
//! <https://docs.docker.com/build/metadata/attestations/slsa-definitions/>

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::convert::{Operation, OperationKind};
use super::mounts::Mounted;
use super::run::Run;
use super::solve::{Build, Target};
use super::stages::Base;
use crate::dockerfile::LineRange;

/// The steps of one target, told one after the other.
#[derive(Default)]
struct Definition {
    steps: Vec<Value>,
    /// The lines of steps, by their names.
    locations: Map<String, Value>,
    /// The layers from the lowest to that of the step, by its name and output.
    layers: Map<String, Value>,
    /// The step that each stage has come to; none if it begins with nothing.
    ends: BTreeMap<usize, Option<usize>>,
    /// The step that brings files of the machine, by name of the context.
    locals: BTreeMap<String, usize>,
}

impl Build {
    /// The build configuration and the metadata of the builder.
    pub(super) fn definition(&self, number: usize) -> (Value, Value) {
        let target = &self.targets[number];
        let mut definition = Definition::default();
        for stage in target.stages.needed() {
            definition.tell_stage(target, stage);
        }
        let last = definition.ends.get(&target.stages.target).copied().flatten();
        let inputs: Vec<String> = last.map(|step| format!("step{step}:0")).into_iter().collect();
        definition.tell(json!({ "Op": {} }), &inputs, None);
        let (name, text) = self.source();
        let info = json!({ "filename": name, "language": "Dockerfile", "data": STANDARD.encode(text) });
        let mut metadata = Map::new();
        metadata.insert("source".into(), json!({ "locations": definition.locations, "infos": [info] }));
        if !definition.layers.is_empty() {
            metadata.insert("layers".into(), Value::Object(definition.layers));
        }
        (json!({ "llbDefinition": definition.steps }), Value::Object(metadata))
    }
}

impl Definition {
    fn tell_stage(&mut self, target: &Target, stage: usize) {
        let written = &target.stages.list[stage];
        let platform = written.platform.as_ref().unwrap_or(&target.platform);
        let platform = json!({ "Architecture": platform.architecture, "OS": platform.os });
        let mut here = match &written.base {
            Base::Scratch => None,
            Base::Stage(base) => self.ends.get(base).copied().flatten(),
            Base::Files(key) => Some(self.local(key)),
            Base::Image(reference) => {
                let digest = target.bases.get(&stage).map(|image| image.digest);
                let mut reference = reference.clone();
                reference.digest = digest;
                let source = json!({ "identifier": format!("docker-image://{reference}") });
                let op = json!({ "Op": { "source": source }, "platform": platform, "constraints": {} });
                Some(self.tell(op, &[], Some(written.lines)))
            }
        };
        let plan = &target.plans[&stage];
        let laid = target.reached.get(&stage).map(|here| &here.layers[..]).unwrap_or_default();
        let below = laid.len().saturating_sub(plan.operations.len());
        for (at, Operation { lines, kind, .. }) in plan.operations.iter().enumerate() {
            let mut inputs: Vec<usize> = here.into_iter().collect();
            let op = match kind {
                OperationKind::Workdir(workdir) => {
                    let path = workdir.path.as_str();
                    file(
                        here,
                        None,
                        [json!({ "mkdir": {
                        "path": path, "mode": 0o755, "makeParents": true, "timestamp": -1,
                    } })],
                    )
                }
                OperationKind::Copy(copy) => {
                    let source = match copy.from {
                        Some(stage) => self.ends.get(&stage).copied().flatten(),
                        None => copy.reads_files().then(|| self.local("context")),
                    };
                    inputs.extend(source);
                    file(here, source, copy.actions())
                }
                OperationKind::Run(run) => json!({ "exec": self.exec(run, here, &mut inputs) }),
            };
            let inputs: Vec<String> = inputs.into_iter().map(|step| format!("step{step}:0")).collect();
            let step = self.tell(json!({ "Op": op, "platform": platform, "constraints": {} }), &inputs, Some(*lines));
            let layers: Vec<_> = laid.iter().take(below + at + 1).map(|layer| &layer.descriptor).collect();
            self.layers.insert(format!("step{step}:0"), json!([layers]));
            here = Some(step);
        }
        self.ends.insert(stage, here);
    }

    /// The step that brings the files of a context, told once.
    fn local(&mut self, key: &str) -> usize {
        if let Some(step) = self.locals.get(key) {
            return *step;
        }
        let source = json!({ "identifier": format!("local://{key}"), "attrs": { "local.sharedkeyhint": key } });
        let step = self.tell(json!({ "Op": { "source": source }, "constraints": {} }), &[], None);
        self.locals.insert(key.to_owned(), step);
        step
    }

    fn exec(&mut self, run: &Run, here: Option<usize>, inputs: &mut Vec<usize>) -> Value {
        let mut meta = Map::new();
        meta.insert("args".into(), json!(run.arguments));
        meta.insert("env".into(), json!(run.environment));
        meta.insert("cwd".into(), json!(run.directory.as_str()));
        if !run.user.is_empty() {
            meta.insert("user".into(), json!(run.user));
        }
        meta.insert("removeMountStubsRecursive".into(), json!(true));
        let root = if here.is_some() { json!({ "dest": "/" }) } else { json!({ "input": -1, "dest": "/" }) };
        let mut mounts = vec![root];
        for mount in &run.mounts {
            let source = match mount.source {
                Some(stage) => self.ends.get(&stage).copied().flatten(),
                None => mount.reads_context().then(|| self.local("context")),
            };
            let input = source.map(|source| {
                inputs.push(source);
                inputs.len() - 1
            });
            mounts.push(mounted(mount, input));
        }
        json!({ "meta": meta, "mounts": mounts })
    }

    fn tell(&mut self, op: Value, inputs: &[String], lines: Option<LineRange>) -> usize {
        let at = self.steps.len();
        let id = format!("step{at}");
        let mut step = Map::new();
        step.insert("id".into(), json!(id));
        step.insert("op".into(), op);
        if !inputs.is_empty() {
            step.insert("inputs".into(), json!(inputs));
        }
        self.steps.push(Value::Object(step));
        if let Some(LineRange { first, last }) = lines {
            let range = json!({ "start": { "line": first }, "end": { "line": last } });
            self.locations.insert(id, json!({ "locations": [{ "ranges": [range] }] }));
        }
        at
    }
}

/// Actions on the files of the first input, with those of the second.
fn file(here: Option<usize>, source: Option<usize>, actions: impl IntoIterator<Item = Value>) -> Value {
    let first = if here.is_some() { 0 } else { -1 };
    let second = if source.is_some() { first + 1 } else { -1 };
    let actions: Vec<Value> = actions.into_iter().collect();
    let last = actions.len().saturating_sub(1);
    // Each goes on with what the one before it left; inputs come first in the numbering.
    let inputs = usize::from(here.is_some()) + usize::from(source.is_some());
    let action = |(at, action): (usize, Value)| {
        let input = if at == 0 { json!(first) } else { json!(inputs + at - 1) };
        let output = if at == last { 0 } else { -1 };
        json!({ "input": input, "secondaryInput": second, "output": output, "Action": action })
    };
    json!({ "file": { "actions": actions.into_iter().enumerate().map(action).collect::<Vec<_>>() } })
}

/// A mount as LLB has it; what a secret holds is not part of it.
fn mounted(mount: &Mounted, input: Option<usize>) -> Value {
    let mut fields = Map::new();
    fields.insert("input".into(), input.map_or(json!(-1), |input| json!(input)));
    if let Some(selector) = mount.mount.source.as_ref().filter(|_| input.is_some()) {
        fields.insert("selector".into(), json!(selector));
    }
    fields.insert("dest".into(), json!(mount.target.as_str()));
    fields.insert("output".into(), json!(-1));
    let wanted = |(id, is_required): (String, bool)| {
        if is_required { json!({ "ID": id }) } else { json!({ "ID": id, "optional": true }) }
    };
    let (kind, name, options) = if let Some(secret) = mount.secret() {
        (1, "secretOpt", wanted(secret))
    } else if let Some(agent) = mount.agent() {
        (2, "SSHOpt", wanted(agent))
    } else if let Some(id) = mount.cache() {
        (3, "cacheOpt", json!({ "ID": id }))
    } else if input.is_none() {
        (4, "TmpfsOpt", json!({}))
    } else {
        return Value::Object(fields);
    };
    fields.insert("mountType".into(), json!(kind));
    fields.insert(name.into(), options);
    Value::Object(fields)
}
