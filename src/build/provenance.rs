//! The default attestation: how an image came to be, as an in-toto statement
//! in a manifest of its own. It holds times and a number of its build, so
//! building again what is all cached makes the same image and another statement.
//! <https://docs.docker.com/build/metadata/attestations/slsa-provenance/>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::convert::Plan;
use super::mounts::Mounted;
use super::request::{Provenance, Request};
use super::slsa;
use super::solve::{Build, Target};
use super::stages::{Base, Stage};
use crate::oci::{
    ATTESTATION, Descriptor, Manifest, MediaType, Platform, REFERENCE_DIGEST, REFERENCE_TYPE, Reference, Timestamp,
    json as documents,
};

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://slsa.dev/provenance/v1";
const BUILD_TYPE: &str = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";
const ARTIFACT: &str = "application/vnd.docker.attestation.manifest.v1+json";

/// The configuration of what has none, and its base64.
const EMPTY_JSON: &[u8] = b"{}";
const EMPTY_DATA: &str = "e30=";

impl Build {
    /// Stores the attestation of `image`, built for `target`; what the index says of it.
    pub(super) fn attest(
        &mut self,
        target: usize,
        image: &Descriptor,
        invocation: &str,
        finished: Timestamp,
    ) -> Descriptor {
        let mut predicate = self.predicate(target, invocation, finished);
        let mut form = PREDICATE;
        if self.request.provenance.as_ref().is_some_and(|provenance| provenance.is_older) {
            (predicate, form) = (slsa::older(&predicate), slsa::PREDICATE);
        }
        let statement = documents::compact(&json!({
            "_type": STATEMENT,
            "predicateType": form,
            "subject": self.subjects(target, image),
            "predicate": predicate,
        }));
        let mut layer = Descriptor::of(MediaType::IN_TOTO, &statement);
        layer.annotations.insert("in-toto.io/predicate-type".to_owned(), form.to_owned());
        let mut manifest = Manifest::of(empty(), vec![layer]);
        manifest.artifact_type = Some(ARTIFACT.to_owned());
        manifest.subject = Some(image.clone());
        let bytes = manifest.to_bytes();
        let mut descriptor = Descriptor::of(MediaType::MANIFEST, &bytes);
        descriptor.annotations.insert(REFERENCE_DIGEST.to_owned(), image.digest.to_string());
        descriptor.annotations.insert(REFERENCE_TYPE.to_owned(), ATTESTATION.to_owned());
        descriptor.platform = Some(Platform { architecture: "unknown".into(), os: "unknown".into(), variant: None });
        for blob in [statement, EMPTY_JSON.to_vec(), bytes] {
            self.blobs.put(blob);
        }
        descriptor
    }

    /// The names of the image as package URLs.
    fn subjects(&self, target: usize, image: &Descriptor) -> Vec<Value> {
        let platform = &self.targets[target].platform;
        let name =
            |tag| json!({ "name": package_url("docker", tag, platform), "digest": { "sha256": image.digest.hex() } });
        self.request.tags.iter().map(name).collect()
    }

    /// <https://slsa.dev/spec/v1.0/provenance>
    fn predicate(&self, target: usize, invocation: &str, finished: Timestamp) -> Value {
        let Provenance { is_whole, builder, is_reproducible, .. } = self.request.provenance.clone().unwrap_or_default();
        let given = !self.request.arguments.is_empty() || !self.request.labels.is_empty();
        let mut definition = Map::new();
        definition.insert("buildType".into(), json!(BUILD_TYPE));
        let dependencies = self.dependencies(target);
        if !dependencies.is_empty() {
            definition.insert("resolvedDependencies".into(), json!(dependencies));
        }
        let parameters = json!({ "configSource": self.origin("path"), "request": self.parameters(target, is_whole) });
        definition.insert("externalParameters".into(), parameters);
        let mut internal = Map::new();
        let mut known = json!({});
        if is_whole {
            let (steps, metadata) = self.definition(target);
            internal.insert("buildConfig".into(), steps);
            known = metadata;
        }
        internal.insert("builderPlatform".into(), json!(self.request.builder.to_string()));
        definition.insert("internalParameters".into(), Value::Object(internal));
        let mut metadata = Map::new();
        metadata.insert("invocationId".into(), json!(invocation));
        metadata.insert("startedOn".into(), json!(self.started));
        metadata.insert("finishedOn".into(), json!(finished));
        metadata.insert("buildkit_metadata".into(), known);
        // A context of the machine is local: nobody else can look at it.
        let complete = json!({ "request": is_whole || !given, "resolvedDependencies": self.locals().is_empty() });
        metadata.insert("buildkit_completeness".into(), complete);
        if is_reproducible {
            metadata.insert("buildkit_reproducible".into(), json!(true));
        }
        json!({
            "buildDefinition": definition,
            "runDetails": { "builder": { "id": builder }, "metadata": metadata },
        })
    }

    /// As the builder keeps it of every build, in the older form: nothing that was asked for is left out.
    /// <https://slsa.dev/spec/v0.2/provenance>
    pub(super) fn record(&self, target: usize) -> Value {
        let mut record = Map::new();
        record.insert("builder".into(), json!({ "id": "" }));
        record.insert("buildType".into(), json!(slsa::BUILD_TYPE));
        let materials = self.dependencies(target);
        if !materials.is_empty() {
            record.insert("materials".into(), json!(materials));
        }
        let invocation = json!({
            "configSource": self.origin("entryPoint"),
            "parameters": self.parameters(target, true),
            "environment": { "platform": self.request.builder.to_string() },
        });
        record.insert("invocation".into(), invocation);
        Value::Object(record)
    }

    /// Where the Dockerfile is, and where it came from with its context.
    fn origin(&self, path: &str) -> Value {
        let mut origin = Map::new();
        if let Some((address, digest)) = &self.fetched {
            origin.insert("uri".into(), json!(address));
            origin.insert("digest".into(), json!({ "sha256": digest.hex() }));
        }
        origin.insert(path.into(), json!(self.request.dockerfile.name()));
        Value::Object(origin)
    }

    /// What was asked of the builder; of the values that a user gave only if `all` are told.
    fn parameters(&self, target: usize, all: bool) -> Value {
        let mut parameters = Map::new();
        parameters.insert("frontend".into(), json!("dockerfile.v0"));
        let mut arguments = self.arguments();
        if all {
            let Request { arguments: given, labels, .. } = &self.request;
            arguments.extend(given.iter().map(|(name, value)| (format!("build-arg:{name}"), value.clone())));
            arguments.extend(labels.iter().map(|(name, value)| (format!("label:{name}"), value.clone())));
            let wanted = self.targets[target].wanted();
            if !arguments.is_empty() {
                parameters.insert("args".into(), json!(arguments));
            }
            parameters.extend(wanted);
        } else if !arguments.is_empty() {
            parameters.insert("args".into(), json!(arguments));
        }
        let locals: Vec<Value> = self.locals().into_iter().map(|name| json!({ "name": name })).collect();
        if !locals.is_empty() {
            parameters.insert("locals".into(), json!(locals));
        }
        Value::Object(parameters)
    }

    /// The folders of the machine that the builder was shown.
    fn locals(&self) -> BTreeSet<String> {
        let usual = ["context", "dockerfile"].into_iter().filter(|_| self.fetched.is_none());
        usual.map(str::to_owned).chain(self.named.keys().cloned()).collect()
    }

    /// The images it was made from, and the context if that came from an address.
    fn dependencies(&self, target: usize) -> Vec<Value> {
        let context = self.fetched.iter();
        let context = context.map(|(address, digest)| json!({ "uri": address, "digest": { "sha256": digest.hex() } }));
        self.targets[target].dependencies(&self.request).into_iter().chain(context).collect()
    }

    /// What the builder was told, but for what is left out of the least that is attested, and what only its machine knows.
    fn arguments(&self) -> BTreeMap<String, String> {
        let told = self.request.attributes.iter().filter(|(name, _)| *name != "cgroup-parent");
        let mut arguments: BTreeMap<String, String> = told.map(|(name, value)| (name.clone(), value.clone())).collect();
        if let Some(stage) = &self.request.target {
            arguments.insert("target".to_owned(), stage.clone());
        }
        if self.request.no_cache || !self.request.no_cache_stages.is_empty() {
            arguments.insert("no-cache".to_owned(), self.request.no_cache_stages.join(","));
        }
        arguments
    }
}

impl Target {
    /// The secrets that its RUNs may read, and the agents they may ask.
    fn wanted(&self) -> Map<String, Value> {
        let mounts = || self.plans.values().flat_map(Plan::runs).flat_map(|run| &run.mounts);
        let secrets: BTreeMap<String, bool> = mounts().filter_map(Mounted::secret).collect();
        let agents: BTreeMap<String, bool> = mounts().filter_map(Mounted::agent).collect();
        let one =
            |(id, is_required)| if is_required { json!({ "id": id }) } else { json!({ "id": id, "optional": true }) };
        let list = |(name, wanted): (&str, BTreeMap<String, bool>)| {
            (name.to_owned(), wanted.into_iter().map(one).collect::<Vec<Value>>().into())
        };
        [("secrets", secrets), ("ssh", agents)].into_iter().filter(|(_, wanted)| !wanted.is_empty()).map(list).collect()
    }

    /// The images it was made from; one of a layout is known by its digest alone.
    fn dependencies(&self, request: &Request) -> Vec<Value> {
        let bases = self.bases.iter().filter_map(|(stage, image)| {
            let Base::Image(reference) = &self.stages.list[*stage].base else { return None };
            let Stage { platform, context, .. } = &self.stages.list[*stage];
            let is_layout = context.as_ref().is_some_and(|key| request.contexts[key].layout().is_some());
            let kind = if is_layout { "oci" } else { "docker" };
            Some((package_url(kind, reference, platform.as_ref().unwrap_or(&self.platform)), image.digest))
        });
        let mut found: Vec<_> = bases.collect();
        found.dedup();
        found.into_iter().map(|(uri, digest)| json!({ "uri": uri, "digest": { "sha256": digest.hex() } })).collect()
    }
}

/// <https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor>
fn empty() -> Descriptor {
    Descriptor { data: Some(EMPTY_DATA.to_owned()), ..Descriptor::of(MediaType::EMPTY, EMPTY_JSON) }
}

/// `pkg:docker/mlmodel@1.0?platform=wasi%2Fwasm`
/// <https://github.com/package-url/purl-spec/blob/main/types-doc/docker-definition.md>
fn package_url(kind: &str, reference: &Reference, platform: &Platform) -> String {
    let name = reference.familiar_name();
    let version = reference.tag.as_ref().map(|tag| format!("@{}", escaped(tag))).unwrap_or_default();
    let digest = reference.digest.map(|digest| format!("digest={}&", escaped(&digest.to_string()))).unwrap_or_default();
    let parts: Vec<String> = name.split('/').map(escaped).collect();
    format!("pkg:{kind}/{}{version}?{digest}platform={}", parts.join("/"), escaped(&platform.to_string()))
}

/// What a package URL allows as it is; a colon is written out only in front of a version.
fn escaped(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_package_urls() {
        let table = [
            ("mlmodel:1.0", "pkg:docker/mlmodel@1.0?platform=wasi%2Fwasm"),
            ("registry.example.com/a/b:1", "pkg:docker/registry.example.com/a/b@1?platform=wasi%2Fwasm"),
            ("localhost:5000/x:1", "pkg:docker/localhost:5000/x@1?platform=wasi%2Fwasm"),
        ];
        for (name, url) in table {
            assert_eq!(package_url("docker", &name.parse().expect(name), &Platform::wasi()), url);
        }
    }
}
