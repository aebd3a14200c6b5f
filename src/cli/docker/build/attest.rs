//! `--attest`, `--provenance` and `--sbom`: what is attested of an image.
//! <https://docs.docker.com/build/metadata/attestations/>

use super::refused;
use crate::cli::Failure;
use crate::cli::flags::Parsed;

/// Whether the provenance goes with the image: the least of it, unless it is said to be off.
pub(super) fn provenance(parsed: &Parsed<'_>) -> Result<bool, Failure> {
    let mut wanted = None;
    for text in texts(parsed) {
        let attest = Attest::parse(&text).map_err(|reason| refused(&reason))?;
        match attest.kind.as_str() {
            "provenance" => wanted = wanted.or(Some(attest)),
            "sbom" if attest.disabled => {}
            "sbom" => return Err(refused("an attestation of the type sbom is not supported yet in this lab")),
            other => return Err(refused(&format!("failed to solve: unknown attestation type {other:?}"))),
        }
    }
    let Some(Attest { disabled: false, attributes, .. }) = wanted else { return Ok(wanted.is_none()) };
    let is_least = |(name, value): &(String, String)| match name.as_str() {
        "mode" => value == "min",
        "version" => value == "v1",
        "inline-only" => value == "true",
        _ => false,
    };
    // Without a mode it is all there is to know.
    let least = attributes.iter().any(|(name, _)| name == "mode") && attributes.iter().all(is_least);
    let hint = "What is attested without a flag is `--provenance=mode=min`.";
    let refusal = || refused("more provenance than mode=min is not supported yet in this lab").hint(hint);
    if least { Ok(true) } else { Err(refusal()) }
}

/// All of them as `--attest` has it.
fn texts(parsed: &Parsed<'_>) -> Vec<String> {
    let short = |kind: &str| {
        let value = parsed.value(kind).filter(|value| !value.is_empty())?;
        Some(match value {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => format!("type={kind},disabled=false"),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => format!("type={kind},disabled=true"),
            other => format!("type={kind},{other}"),
        })
    };
    parsed.values("attest").into_iter().chain(short("provenance")).chain(short("sbom")).collect()
}

#[derive(Debug, Default)]
struct Attest {
    kind: String,
    disabled: bool,
    attributes: Vec<(String, String)>,
}

impl Attest {
    fn parse(text: &str) -> Result<Self, String> {
        let mut attest = Self::default();
        for field in text.split(',') {
            let (name, value) = field.split_once('=').ok_or_else(|| format!("invalid value {field}"))?;
            match name.trim().to_lowercase().as_str() {
                "type" => value.clone_into(&mut attest.kind),
                "disabled" => attest.disabled = matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True"),
                _ => attest.attributes.push((name.to_owned(), value.to_owned())),
            }
        }
        if attest.kind.is_empty() { Err("attestation type not specified".to_owned()) } else { Ok(attest) }
    }
}
