//! `--attest`, `--provenance` and `--sbom`: what is attested of an image.
//! <https://docs.docker.com/build/metadata/attestations/>

use std::collections::BTreeMap;

use super::{misread, refused};
use crate::build::Provenance;
use crate::cli::Failure;
use crate::cli::flags::Parsed;
use crate::text::Case;

/// Why there is no list of what is in an image.
const SCANNER: &str = "An SBOM is written by a scanner that docker runs as a container, docker/buildkit-syft-scanner; it \
                       is a program for Linux, and here only programs for WASI run.";

/// What is attested of how the image was made: the least of it, unless something else is said, or the client's
/// environment says that nothing is.
pub(super) fn provenance(
    parsed: &Parsed<'_>,
    environment: &BTreeMap<String, String>,
) -> Result<Option<Provenance>, Failure> {
    let mut wanted = None;
    for text in texts(parsed) {
        let attest = Attest::parse(&text).map_err(|reason| misread(&reason))?;
        match attest.kind.as_str() {
            "provenance" => wanted = wanted.or(Some(attest)),
            "sbom" if attest.disabled => {}
            "sbom" => return Err(refused("an attestation of the type sbom is not supported in this lab").hint(SCANNER)),
            other => return Err(refused(&format!("failed to solve: unknown attestation type {other:?}"))),
        }
    }
    let is_off = || environment.get("BUILDX_NO_DEFAULT_ATTESTATIONS").and_then(|text| truth(text)) == Some(true);
    match wanted {
        None => Ok(Some(Provenance::default()).filter(|_| !is_off())),
        Some(attest) if attest.disabled => Ok(None),
        Some(attest) => attest.provenance().map(Some).map_err(|reason| refused(&format!("failed to solve: {reason}"))),
    }
}

/// All of them as `--attest` has it.
fn texts(parsed: &Parsed<'_>) -> Vec<String> {
    let short = |kind: &str| {
        let value = parsed.value(kind).filter(|value| !value.is_empty())?;
        Some(match truth(value) {
            Some(wanted) => format!("type={kind},disabled={}", !wanted),
            None => format!("type={kind},{value}"),
        })
    };
    parsed.values("attest").into_iter().chain(short("provenance")).chain(short("sbom")).collect()
}

/// As Go reads a truth.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[derive(Debug, Default)]
struct Attest {
    kind: String,
    disabled: bool,
    attributes: Vec<(String, String)>,
}

impl Attest {
    /// Without a mode it is all there is to know.
    fn provenance(self) -> Result<Provenance, String> {
        let mut provenance = Provenance { is_whole: true, inline_only: false, ..Provenance::default() };
        for (name, value) in self.attributes {
            match (name.as_str(), value.as_str()) {
                ("mode", "max" | "full") => provenance.is_whole = true,
                ("mode", "min") => provenance.is_whole = false,
                ("mode", other) => return Err(format!("invalid mode {other:?}")),
                ("version", "v1") => provenance.is_older = false,
                ("version", "v0.2") => provenance.is_older = true,
                ("inline-only", text) => provenance.inline_only = truth(text) == Some(true),
                ("version", other) => return Err(format!("invalid provenance SLSA version: {other}")),
                ("builder-id", id) => id.clone_into(&mut provenance.builder),
                ("reproducible", text) => {
                    let wrong = || {
                        format!(
                            "failed to parse reproducible flag {text:?}: strconv.ParseBool: parsing {text:?}: invalid syntax"
                        )
                    };
                    provenance.is_reproducible = truth(text).ok_or_else(wrong)?;
                }
                _ => {}
            }
        }
        Ok(provenance)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut attest = Self::default();
        for field in text.split(',') {
            let (name, value) = field.split_once('=').ok_or_else(|| format!("invalid value {field}"))?;
            match name.trim().lowercase().as_str() {
                "type" => value.clone_into(&mut attest.kind),
                "disabled" => attest.disabled = truth(value) == Some(true),
                _ => attest.attributes.push((name.to_owned(), value.to_owned())),
            }
        }
        if attest.kind.is_empty() { Err("attestation type not specified".to_owned()) } else { Ok(attest) }
    }
}
