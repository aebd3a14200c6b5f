//! `--output`, `--push` and `--load`: where the result of a build goes, as buildx reads them.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#output>

use super::attest::truth;
use super::{misread, refused};
use crate::build::Output;
use crate::cli::flags::Parsed;
use crate::cli::{Desk, Failure};
use crate::lab::Machine;
use crate::text::Case;

/// What would make another image of the same build, and is not done here.
const OTHER_FORMS: [&str; 11] = [
    "attestation-prefix",
    "compression-level",
    "dangling-name-prefix",
    "mode",
    "name-canonical",
    "oci-artifact",
    "prefer-nondist-layers",
    "push-by-digest",
    "registry.insecure",
    "source-date-epoch",
    "store",
];
const ONE_FORM: &str = "Images are written in one form here, docker's own: layers in gzip, documents in OCI's types.";

/// The standard output.
const STANDARD: &str = "-";

/// All places that a result goes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Outputs {
    /// What the build ends with: an image for the store or a registry, if one is wanted.
    pub first: Destination,
    /// What is made of the same after that.
    pub others: Vec<Destination>,
}

/// What is made, where it goes, and the exporter's options.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Destination {
    pub kind: Output,
    /// As typed, or `-` for the standard output; none for an image.
    pub path: Option<String>,
    pub rewrite_timestamp: bool,
    /// Whether an image goes to the registries of its names.
    pub push: bool,
    /// Whether an image is unpacked; as usual, if nothing is said.
    pub unpack: Option<bool>,
    /// More names, from `name=`.
    pub names: Vec<String>,
    /// More annotations, as `--annotation` has them.
    pub annotations: Vec<String>,
    /// Whether each platform's files have a folder of their own; if there are several, where nothing is said.
    pub platform_split: Option<bool>,
}

impl Outputs {
    /// What `--output`, `--push` and `--load` ask for: an image in the store, if nothing.
    pub(super) fn read(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<Self, Failure> {
        let is_asked = ["output", "push", "load"].iter().any(|flag| parsed.given(flag));
        if is_asked { Self::asked(parsed, desk) } else { Ok(Self::default()) }
    }

    /// Apart: few builds ask for anything.
    #[inline(never)]
    fn asked(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<Self, Failure> {
        let typed: Vec<String> = parsed.values("output").into_iter().filter(|text| !text.is_empty()).collect();
        let mut all = typed.iter().map(|text| Destination::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let names_file = parsed.value("iidfile").is_some_and(|file| !file.is_empty());
        if names_file && all.iter().any(|one| matches!(one.kind, Output::Local | Output::Tar)) {
            return Err(misread("local and tar exporters are incompatible with image ID file"));
        }
        for one in &all {
            one.check(desk)?;
        }
        if all.iter().filter(|one| one.path.as_deref() == Some(STANDARD)).count() > 1 {
            return Err(refused("multiple outputs configured to write to stdout"));
        }
        if parsed.has("push") {
            if !all.iter().any(|one| one.kind == Output::Image) {
                all.push(Destination::default());
            }
            all.iter_mut().filter(|one| one.kind == Output::Image).for_each(|one| one.push = true);
        }
        if parsed.has("load") {
            all.push(Destination { unpack: Some(true), ..Destination::default() });
        }
        if typed.is_empty() && all.is_empty() {
            all.push(Destination::default());
        }
        Self::arranged(all)
    }

    /// Images for the store or a registry are one, and come first; files of no image come last.
    fn arranged(all: Vec<Destination>) -> Result<Self, Failure> {
        let (images, files): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.kind == Output::Image);
        let (archives, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|one| one.kind.is_image());
        let image = images.into_iter().reduce(Destination::and);
        let is_conflict = |image: &Destination| image.rewrite_timestamp && image.unpacks();
        if image.as_ref().is_some_and(is_conflict) {
            return Err(refused("exporter option \"rewrite-timestamp\" conflicts with \"unpack\""));
        }
        let mut all = image.into_iter().chain(archives).chain(files).filter(|one| one.kind != Output::Nothing);
        let nothing = || Destination { kind: Output::Nothing, ..Destination::default() };
        Ok(Self { first: all.next().unwrap_or_else(nothing), others: all.collect() })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Destination> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl Destination {
    /// Reads `type=oci,dest=x.tar`, or just a folder.
    fn parse(text: &str) -> Result<Self, Failure> {
        if !text.contains([',', '=']) {
            let kind = if text == STANDARD { Output::Tar } else { Output::Local };
            return Ok(Self { kind, path: Some(text.to_owned()), ..Self::default() });
        }
        let mut destination = Self::default();
        let (mut kind, mut is_archive) = ("", true);
        for field in text.split(',') {
            let (name, value) = field.split_once('=').ok_or_else(|| misread(&format!("invalid value {field}")))?;
            match name.trim().lowercase().as_str() {
                "type" => kind = value,
                "dest" => destination.path = Some(value.to_owned()).filter(|path| !path.is_empty()),
                "tar" => is_archive = truth(value).unwrap_or(true),
                name => destination.option(name, value)?,
            }
        }
        destination.kind = match kind {
            "" => return Err(misread("type is required for output")),
            "image" | "registry" => Output::Image,
            "docker" if destination.path.is_none() => Output::Image,
            "docker" if is_archive => Output::Docker,
            "oci" if is_archive => Output::Oci,
            "oci" => Output::Layout,
            "tar" => Output::Tar,
            "local" => Output::Local,
            "cacheonly" => Output::Nothing,
            other => return Err(refused(&format!("failed to solve: exporter {other:?} could not be found"))),
        };
        destination.push |= kind == "registry";
        match destination.kind {
            Output::Image | Output::Nothing => destination.path = None,
            Output::Oci | Output::Tar => destination.path = destination.path.or(Some(STANDARD.to_owned())),
            Output::Docker | Output::Layout | Output::Local => {}
        }
        Ok(destination)
    }

    /// An option of the exporter; one that it does not know means nothing to it.
    fn option(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let switch = || {
            let wrong = format!("strconv.ParseBool: parsing {value:?}: invalid syntax");
            let message = format!("failed to solve: non-bool value specified for {name}: {wrong}");
            truth(value).ok_or_else(|| refused(&message))
        };
        match name {
            "name" => self.names.push(value.to_owned()),
            "rewrite-timestamp" => self.rewrite_timestamp = switch()?,
            "push" => self.push = switch()?,
            "unpack" => self.unpack = Some(switch()?),
            "platform-split" => self.platform_split = Some(switch()?),
            "oci-mediatypes" if switch()? => {}
            "compression" if value == "gzip" => {}
            "compression" | "oci-mediatypes" => return Err(other_form(name)),
            name if OTHER_FORMS.contains(&name) => return Err(other_form(name)),
            name => self.annotations.extend(annotation(name, value)),
        }
        Ok(())
    }

    /// Two images of a store are one.
    fn and(mut self, other: Self) -> Self {
        self.unpack = Some(self.unpacks() || other.unpacks());
        self.push |= other.push;
        self.rewrite_timestamp |= other.rewrite_timestamp;
        self.names.extend(other.names);
        self.annotations.extend(other.annotations);
        self
    }

    /// What is only pushed needs no files.
    pub(super) fn unpacks(&self) -> bool {
        self.unpack.unwrap_or(!self.push)
    }

    /// Whether it goes to the standard output.
    pub(super) fn is_streamed(&self) -> bool {
        self.path.as_deref() == Some(STANDARD)
    }

    /// A folder has a name, a file is no folder, and nobody wants an archive in a terminal.
    fn check(&self, desk: &Desk<'_>) -> Result<(), Failure> {
        let kind = match self.kind {
            Output::Image | Output::Nothing => return Ok(()),
            Output::Docker => "docker",
            Output::Oci | Output::Layout => "oci",
            Output::Tar => "tar",
            Output::Local => "local",
        };
        let is_folder = matches!(self.kind, Output::Layout | Output::Local);
        match (&self.path, is_folder) {
            (None, _) => Err(refused(&format!("dest is required for {kind} exporter"))),
            (Some(path), true) if path == STANDARD => {
                Err(refused(&format!("dest cannot be stdout for {kind} exporter")))
            }
            (Some(path), false) if path == STANDARD && desk.terminal.write.is_none() => {
                Err(refused(&format!("dest file is required for {kind} exporter. refusing to write to console")))
            }
            (Some(path), true) if is(path, desk.machine) == Some(false) => {
                Err(refused(&format!("destination directory {path} is a file")))
            }
            (Some(path), false) if is(path, desk.machine) == Some(true) => {
                Err(refused(&format!("destination file {path} is a directory")))
            }
            _ => Ok(()),
        }
    }
}

/// Whether what is there is a folder, if something is.
fn is(path: &str, machine: &Machine) -> Option<bool> {
    Some(machine.files.get(&machine.resolve(path))?.entries().is_some())
}

fn other_form(name: &str) -> Failure {
    refused(&format!("the exporter option {name} is not supported in this lab")).hint(ONE_FORM)
}

/// `annotation-manifest[platform].name` as `--annotation` has it.
fn annotation(name: &str, value: &str) -> Option<String> {
    let (kind, key) = name.strip_prefix("annotation")?.split_once('.')?;
    Some(match kind.strip_prefix('-') {
        Some(kind) => format!("{kind}:{key}={value}"),
        None => format!("{key}={value}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read_as_buildx_does() {
        let read = |text| Destination::parse(text).expect("an output");
        let file = |kind, path: &str| Destination { kind, path: Some(path.to_owned()), ..Destination::default() };
        assert_eq!(read("type=oci,dest=x.tar"), file(Output::Oci, "x.tar"));
        assert_eq!(read("type=oci,dest=x,tar=false"), file(Output::Layout, "x"));
        assert_eq!(read("type=docker,dest=x.tar"), file(Output::Docker, "x.tar"));
        assert_eq!((read("type=oci"), read("-")), (file(Output::Oci, "-"), file(Output::Tar, "-")));
        assert_eq!(read("out"), file(Output::Local, "out"));
        assert_eq!(read("type=image,unheard-of=1"), Destination::default());
        assert_eq!(read("type=registry"), Destination { push: true, ..Destination::default() });
        assert_eq!(read("type=image,annotation-index.a=b,annotation.c=d").annotations, ["index:a=b", "c=d"]);
        for text in ["dest=x", "type=nope,dest=x", "a,b", "type=image,push=maybe", "type=image,compression=zstd"] {
            assert!(Destination::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_image_comes_first_and_is_one() {
        let read = |text| Destination::parse(text).expect("an output");
        let all = ["out", "type=oci,dest=x", "type=registry", "type=image,unpack=true", "type=cacheonly"].map(read);
        let outputs = Outputs::arranged(all.to_vec()).expect("outputs");
        assert!(outputs.first.push && outputs.first.unpacks());
        let others: Vec<Output> = outputs.others.iter().map(|one| one.kind).collect();
        assert_eq!(others, [Output::Oci, Output::Local]);
        assert!(Outputs::arranged(vec![read("type=image,rewrite-timestamp=true")]).is_err());
        let none = Outputs::arranged(vec![read("type=cacheonly")]).expect("outputs");
        assert_eq!((none.first.kind, none.others.len()), (Output::Nothing, 0));
    }
}
