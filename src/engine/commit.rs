//! Images made of a container's files, or of an archive: a layer of what
//! changed, and a configuration that says so.

use std::sync::Arc;

use super::{ContainerError, Engine, Image, ImageError};
use crate::dockerfile::{self, Command, CommandLine};
use crate::event::Event;
use crate::fs::{self, Packed, Rootfs, Tree};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Empty, HistoryEntry, ImageConfig, Manifest, MediaType, Platform, Reference};
use crate::store::Blobs;

/// What an image made so is to be called, and what is said of it.
#[derive(Debug, Clone, Default)]
pub struct CommitSpec {
    /// Its name, if it gets one.
    pub reference: Option<Reference>,
    /// Who made it.
    pub author: String,
    /// A remark.
    pub comment: String,
    /// Instructions of a Dockerfile that change how it is run.
    pub changes: Vec<String>,
}

/// Why no image was made.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// There is no such container.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// Its image is gone.
    #[error("No such image: {0}")]
    NoImage(Digest),
    /// An instruction that cannot be read, or changes more than how an image is run.
    #[error("{0}")]
    Change(String),
    /// The files cannot be packed.
    #[error(transparent)]
    Pack(#[from] fs::TarError),
    /// What was just made cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
}

impl Engine {
    /// Makes an image of what changed in a container; its id.
    pub fn commit(
        &mut self,
        id: &str,
        spec: &CommitSpec,
        files: Tree,
        host: &mut dyn Host,
        events: &mut dyn FnMut(Event),
    ) -> Result<Digest, CommitError> {
        let container = self.containers.get(id).ok_or_else(|| ContainerError::NotFound { name: id.to_owned() })?;
        let image = self.image_of(container).ok_or(CommitError::NoImage(container.image))?;
        let mut config = image.config.clone();
        config.config.env.clone_from(&container.environment);
        let hostname = format!("HOSTNAME={}", container.hostname());
        config.config.env.retain(|entry| *entry != hostname);
        let (entrypoint, arguments) = container.command.split_at(container.entrypoint_words);
        let or_none = |words: &[String]| Some(words.to_vec()).filter(|words| !words.is_empty());
        config.config.entrypoint = or_none(entrypoint);
        config.config.cmd = or_none(arguments);
        config.config.labels.clone_from(&container.settings.labels);
        let created_by = container.command.join(" ");
        let before = self.files_of_image(id);
        self.keep_image(config, &image.document.layers, (&before, files), &created_by, spec, host, events)
    }

    /// Makes an image of files alone; its id.
    pub fn import(
        &mut self,
        files: Tree,
        platform: &Platform,
        spec: &CommitSpec,
        host: &mut dyn Host,
        events: &mut dyn FnMut(Event),
    ) -> Result<Digest, CommitError> {
        let config = ImageConfig::empty(platform);
        self.keep_image(config, &[], (&Tree::default(), files), "", spec, host, events)
    }

    #[expect(clippy::too_many_arguments, reason = "an image has so many parts")]
    fn keep_image(
        &mut self,
        mut config: ImageConfig,
        below: &[Descriptor],
        (before, after): (&Tree, Tree),
        created_by: &str,
        spec: &CommitSpec,
        host: &mut dyn Host,
        events: &mut dyn FnMut(Event),
    ) -> Result<Digest, CommitError> {
        for change in &spec.changes {
            apply(&mut config, change).map_err(CommitError::Change)?;
        }
        let (Packed { blob, descriptor, diff_id }, _) = fs::pack(&after, &fs::diff(before, &after), host)?;
        let now = host.now();
        config.created = Some(now);
        config.author = Some(spec.author.clone()).filter(|author| !author.is_empty()).or(config.author);
        config.rootfs.diff_ids.push(diff_id);
        let (created_by, comment) = (created_by.to_owned(), spec.comment.clone());
        config.history.push(HistoryEntry { created: Some(now), created_by, comment, empty_layer: false });
        let config_bytes = config.to_bytes();
        let layers: Vec<Descriptor> = below.iter().cloned().chain([descriptor.clone()]).collect();
        let document = Manifest::of(Descriptor::of(MediaType::CONFIG, &config_bytes), layers.clone());
        let bytes = document.to_bytes();
        let root = Descriptor::of(MediaType::MANIFEST, &bytes);
        let mut made = Blobs::default();
        made.keep(descriptor.digest, blob);
        made.put(config_bytes);
        made.put(bytes);
        let root = if self.is_classic() {
            let image = Image::load(&made, &root, &self.platform())?;
            self.adopt(&image, &made, None)?
        } else {
            self.add_blobs(&made);
            self.take_files(&root.digest, Rootfs::from(after), &layers);
            root
        };
        match &spec.reference {
            Some(reference) => {
                self.name(reference, &root);
                self.note_tagged(reference, now);
            }
            None => drop(self.dangling.insert(root.digest, Arc::new(root.clone()))),
        }
        let references = spec.reference.iter().map(Reference::familiar).collect();
        events(Event::ImageBuilt { image: root.clone(), references, layers });
        Ok(root.digest)
    }
}

/// Changes how an image is run, as an instruction says.
fn apply(config: &mut ImageConfig, change: &str) -> Result<(), String> {
    let parsed = dockerfile::parse(&format!("FROM scratch\n{change}\n")).map_err(|error| error.to_string())?;
    let commands = parsed.stages.into_iter().flat_map(|stage| stage.instructions);
    let run = &mut config.config;
    for command in commands.map(|instruction| instruction.command) {
        match command {
            Command::Cmd(line) => run.cmd = Some(words(line)),
            Command::Entrypoint(line) => run.entrypoint = Some(words(line)),
            Command::Env { pairs } => {
                let pairs: Vec<String> =
                    pairs.into_iter().map(|pair| format!("{}={}", pair.name, pair.value)).collect();
                run.env = super::entering::merged(&run.env, &pairs);
            }
            Command::Label { pairs } => run.labels.extend(pairs.into_iter().map(|pair| (pair.name, pair.value))),
            Command::Expose { ports } => {
                let typed = |port: String| if port.contains('/') { port } else { format!("{port}/tcp") };
                run.exposed_ports.extend(ports.into_iter().map(|port| (typed(port), Empty {})));
            }
            Command::User { user } => run.user = user,
            Command::Volume { paths } => run.volumes.extend(paths.into_iter().map(|path| (path, Empty {}))),
            Command::StopSignal { signal } => run.stop_signal = signal,
            Command::Workdir { path } => run.working_dir = path,
            _ => {
                let word = change.split(' ').next().unwrap_or_default();
                return Err(format!("{word} is not a valid change command"));
            }
        }
    }
    Ok(())
}

fn words(line: CommandLine) -> Vec<String> {
    match line {
        CommandLine::Exec(words) => words,
        CommandLine::Shell(text) => vec!["/bin/sh".to_owned(), "-c".to_owned(), text],
    }
}
