//! `docker manifest inspect`: what a name means at its registry. Docker's
//! command line asks itself here, not its daemon.

use serde::Serialize;
use serde_json::{Value, json};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::{Direction, Events};
use crate::oci::{Descriptor, MediaType, Platform, Reference, children, json};
use crate::transfer::{AuthError, Client, LookupError, Remote, WireError};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["manifest inspect"],
    usage: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
    about: "Display an image manifest, or manifest list",
    arguments: Arguments::Between(1, 2),
    flags: &[
        // Every registry a lab can reach speaks TLS, so there is nothing left to allow.
        Flag::switch("insecure", None, "Allow communication with an insecure registry"),
        Flag::switch("verbose", Some('v'), "Output additional info including layers and platform"),
    ],
    run,
};

/// One manifest and what is told of it.
struct Found {
    reference: Reference,
    descriptor: Descriptor,
    bytes: Vec<u8>,
}

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let name = |typed: &String| typed.parse::<Reference>().map(Reference::tagged).map_err(Failure::new);
    if let [list, _] = parsed.arguments.as_slice() {
        // Lists are made by `docker manifest create`, which this lab has not: none is here.
        return Err(Failure::new(format!("No such manifest: {}", name(list)?)));
    }
    let reference = name(&parsed.arguments[0])?;
    let credentials = desk.machine.engine.credentials.get(&reference.domain).cloned();
    let Desk { wire, terminal, .. } = desk;
    let mut client = Client::new(&reference, Direction::Pull, credentials.as_ref());
    let mut remote = client.over(wire);
    let verbose = parsed.has("verbose");
    let text = inspect(&mut remote, &reference, verbose, &mut |event| terminal.event(event))?;
    terminal.lines(text.split('\n'));
    Ok(Flow::Done(0))
}

/// A manifest is printed with tabs as it is; a list anew, from its parts.
fn inspect(
    remote: &mut Remote<'_>,
    reference: &Reference,
    verbose: bool,
    events: Events<'_>,
) -> Result<String, Failure> {
    let found = get(remote, reference, events)?;
    if found.descriptor.media_type.is_manifest() {
        let found = with_platform(remote, found, events)?;
        return if verbose {
            Ok(json::printed(&told(&found)?, "\t"))
        } else {
            Ok(json::printed(&value(&found)?, "\t"))
        };
    }
    if !found.descriptor.media_type.is_index() {
        return Err(Failure::new(format!("{reference} is not a manifest")));
    }
    // Docker asks first for a manifest, then once more for a list.
    let list = get(remote, reference, events)?;
    let mut parts = Vec::new();
    for entry in children(&list.descriptor.media_type, &list.bytes).map_err(Failure::new)? {
        let part = Reference { digest: Some(entry.digest), ..reference.clone() };
        let bytes = remote.document(&entry, events).map_err(|error| failure(&error, reference))?;
        let descriptor = Descriptor::of(entry.media_type, &bytes);
        let mut found = with_platform(remote, Found { reference: part, descriptor, bytes: bytes.to_vec() }, events)?;
        found.descriptor.platform = entry.platform;
        parts.push(found);
    }
    if verbose {
        let parts = parts.iter().map(told).collect::<Result<Vec<Value>, Failure>>()?;
        return Ok(json::printed(&parts, "\t"));
    }
    Ok(json::printed(&list_of(&parts), "   "))
}

fn get(remote: &mut Remote<'_>, reference: &Reference, events: Events<'_>) -> Result<Found, Failure> {
    remote.ping(events).map_err(|error| {
        Failure::new(format!("failed to configure transport: error pinging v2 registry: {}", of_go(&error)))
    })?;
    let found = remote.manifest(events).map_err(|error| failure(&error, reference))?;
    let (descriptor, bytes) = found.ok_or_else(|| no_such(reference))?;
    Ok(Found { reference: reference.clone(), descriptor, bytes: bytes.to_vec() })
}

/// Where it runs, as its configuration says.
fn with_platform(remote: &mut Remote<'_>, mut found: Found, events: Events<'_>) -> Result<Found, Failure> {
    let named = children(&found.descriptor.media_type, &found.bytes).map_err(Failure::new)?;
    let config = named.first().ok_or_else(|| no_such(&found.reference))?;
    let bytes = remote.document(config, events).map_err(|error| failure(&error, &found.reference))?;
    let none = || Platform { architecture: String::new(), os: String::new(), variant: None };
    found.descriptor.platform = Some(json::read(&bytes).unwrap_or_else(|_| none()));
    Ok(found)
}

/// What `-v` says of one manifest.
fn told(found: &Found) -> Result<Value, Failure> {
    let is_docker = found.descriptor.media_type == MediaType::DOCKER_MANIFEST;
    let kind = if is_docker { "SchemaV2Manifest" } else { "OCIManifest" };
    Ok(json!({
        "Ref": found.reference.to_string(),
        "Descriptor": found.descriptor,
        "Raw": STANDARD.encode(&found.bytes),
        kind: value(found)?,
    }))
}

fn value(found: &Found) -> Result<Value, Failure> {
    json::read(&found.bytes).map_err(Failure::new)
}

/// A list as docker's older library writes it: without annotations.
fn list_of(parts: &[Found]) -> impl Serialize {
    let is_oci = parts.first().is_some_and(|part| part.descriptor.media_type == MediaType::MANIFEST);
    let entry = |found: &Found| {
        let Descriptor { media_type, size, digest, platform, .. } = &found.descriptor;
        json!({"mediaType": media_type, "size": size, "digest": digest, "platform": platform})
    };
    json!({
        "schemaVersion": 2,
        "mediaType": if is_oci { MediaType::INDEX } else { MediaType::DOCKER_LIST },
        "manifests": parts.iter().map(entry).collect::<Vec<Value>>(),
    })
}

fn no_such(reference: &Reference) -> Failure {
    Failure::new(format!("no such manifest: {reference}"))
}

/// A registry that refuses is no better than one that does not know the name.
fn failure(error: &LookupError, reference: &Reference) -> Failure {
    match error {
        LookupError::Denied(AuthError::Refused { .. }) | LookupError::Wire(WireError::Status { .. }) => {
            no_such(reference)
        }
        error => Failure::new(of_go(error)),
    }
}

/// The words of Go's own client, which is the one that asks here.
fn of_go(error: &LookupError) -> String {
    match error {
        LookupError::Wire(WireError::Unreachable { method, url, reason }) => format!("{method} \"{url}\": {reason}"),
        LookupError::Denied(AuthError::NoCredentials) => "no basic auth credentials".to_owned(),
        error => error.to_string(),
    }
}
