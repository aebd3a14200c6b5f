//! `--annotation`: notes on the documents of an image, each where it is said.
//! <https://docs.docker.com/build/metadata/annotations/#specify-annotation-level>

use std::collections::BTreeMap;

use super::error::{AnnotationError, SolveError};
use crate::oci::{Descriptor, Index, Platform};

/// One note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    level: Level,
    /// Only for the image of this platform.
    platform: Option<Platform>,
    key: String,
    value: String,
}

/// Which document has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Index,
    IndexDescriptor,
    Manifest,
    ManifestDescriptor,
}

/// Notes ready to be written.
pub(super) type Notes = BTreeMap<String, String>;

/// The notes of the documents for one platform, or for a single image.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Annotated {
    pub index: Notes,
    pub index_descriptor: Notes,
    pub manifest: Notes,
    pub manifest_descriptor: Notes,
}

impl Annotation {
    /// Reads `[TYPE[PLATFORM][,TYPE…]:]KEY=VALUE`; without a type it is the manifest's.
    pub fn parse(text: &str) -> Result<Vec<Self>, AnnotationError> {
        let (name, value) = text.split_once('=').ok_or_else(|| AnnotationError::NoValue { text: text.to_owned() })?;
        let note = |level, platform, key: &str| Self { level, platform, key: key.to_owned(), value: value.to_owned() };
        let Some((types, key)) = name.split_once(':') else { return Ok(vec![note(Level::Manifest, None, name)]) };
        let read = |text: &str| {
            let (level, platform) = level(text)?;
            Ok(note(level, platform, key))
        };
        types.split(',').map(read).collect()
    }
}

/// Notes `index`, put together of images that are somewhere already: only it and its descriptors can still be noted.
pub fn annotate(index: &mut Index, annotations: &[Annotation]) -> Result<(), String> {
    for Annotation { level, platform, key, value } in annotations {
        let fits = |manifest: &&mut Descriptor| platform.is_none() || *platform == manifest.platform;
        match level {
            Level::Index => drop(index.annotations.insert(key.clone(), value.clone())),
            Level::ManifestDescriptor => index.manifests.iter_mut().filter(fits).for_each(|manifest| {
                manifest.annotations.insert(key.clone(), value.clone());
            }),
            Level::Manifest => return Err("\"manifest\" annotations are not supported yet".to_owned()),
            Level::IndexDescriptor => {
                return Err("\"index-descriptor\" annotations are invalid while creating an image".to_owned());
            }
        }
    }
    Ok(())
}

impl Annotated {
    /// Those of `annotations` that an image for `platform` has; without one, those for every platform.
    /// An index has all of its own, whatever platform they name.
    pub(super) fn of(annotations: &[Annotation], platform: Option<&Platform>) -> Self {
        let mut notes = Self::default();
        for Annotation { level, platform: wanted, key, value } in annotations {
            let fits = wanted.is_none() || wanted.as_ref() == platform;
            let place = match level {
                Level::Index => &mut notes.index,
                Level::IndexDescriptor => &mut notes.index_descriptor,
                Level::Manifest if fits => &mut notes.manifest,
                Level::ManifestDescriptor if fits => &mut notes.manifest_descriptor,
                Level::Manifest | Level::ManifestDescriptor => continue,
            };
            place.insert(key.clone(), value.clone());
        }
        notes
    }
}

/// What stands against `annotations` of an image for these platforms, in an index or not.
pub(super) fn check(annotations: &[Annotation], platforms: &[&Platform], has_index: bool) -> Result<(), SolveError> {
    let named = annotations.iter().filter_map(|annotation| annotation.platform.as_ref());
    let absent = |platform: &&Platform| platforms.len() > 1 && !platforms.contains(platform);
    if let Some(platform) = named.clone().find(absent) {
        return Err(SolveError::Annotation {
            problem: format!("invalid annotation: no platform {platform} found in source"),
        });
    }
    let of_index = |annotation: &Annotation| matches!(annotation.level, Level::Index | Level::IndexDescriptor);
    if !has_index && annotations.iter().any(of_index) {
        return Err(SolveError::Annotation {
            problem: "index annotations not supported for single platform export".to_owned(),
        });
    }
    Ok(())
}

/// `manifest[linux/arm64]`
fn level(text: &str) -> Result<(Level, Option<Platform>), AnnotationError> {
    let form = || AnnotationError::Form { text: text.to_owned() };
    let (name, platform) = match text.split_once('[') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(']').ok_or_else(form)?)),
        None => (text, None),
    };
    let plain = |text: &str, more: &[u8], fits: fn(&u8) -> bool| {
        !text.is_empty() && text.bytes().all(|byte| fits(&byte) || more.contains(&byte))
    };
    if !plain(name, b"-", u8::is_ascii_lowercase)
        || platform.is_some_and(|platform| !plain(platform, b"_/-", u8::is_ascii_alphanumeric))
    {
        return Err(form());
    }
    let level = match name {
        "index" => Level::Index,
        "index-descriptor" => Level::IndexDescriptor,
        "manifest" => Level::Manifest,
        "manifest-descriptor" => Level::ManifestDescriptor,
        _ => return Err(AnnotationError::Unknown { name: name.to_owned() }),
    };
    let parsed = platform.map(|text| {
        text.parse::<Platform>().map_err(|source| AnnotationError::Platform { text: text.to_owned(), source })
    });
    Ok((level, parsed.transpose()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(texts: &[&str], platform: Option<&Platform>) -> Annotated {
        let parsed = texts.iter().flat_map(|text| Annotation::parse(text).expect(text)).collect::<Vec<_>>();
        Annotated::of(&parsed, platform)
    }

    fn note(key: &str, value: &str) -> Notes {
        Notes::from([(key.to_owned(), value.to_owned())])
    }

    #[test]
    fn a_note_is_where_its_type_says() {
        let found = notes(&["a=1", "index,manifest-descriptor:b=2", "index-descriptor:c=x=y"], None);
        let expected = Annotated {
            index: note("b", "2"),
            index_descriptor: note("c", "x=y"),
            manifest: note("a", "1"),
            manifest_descriptor: note("b", "2"),
        };
        assert_eq!(found, expected);
        let (wasi, other) = (Platform::wasi(), "linux/arm64".parse().expect("a platform"));
        let texts = ["manifest[wasi/wasm]:a=1"];
        assert_eq!(notes(&texts, Some(&wasi)).manifest, note("a", "1"));
        assert!(notes(&texts, Some(&other)).manifest.is_empty() && notes(&texts, None).manifest.is_empty());
    }

    #[test]
    fn what_is_no_annotation_is_refused_in_buildx_words() {
        let table = [
            ("a", "invalid annotation \"a\", expected key=value"),
            ("Index:a=1", "invalid annotation type \"Index\", expected type and optional platform in square brackets"),
            ("layer:a=1", "unknown annotation type \"layer\""),
        ];
        for (text, message) in table {
            assert_eq!(Annotation::parse(text).expect_err(text).to_string(), message);
        }
    }
}
