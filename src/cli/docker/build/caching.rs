//! Steps on their way to other builders: each place of `--cache-to` is a step
//! of its own, after the image is where it goes.

use std::collections::VecDeque;

use super::cache::{CachePlace, CacheTarget};
use super::progress::Progress;
use super::put::put_files;
use crate::build::{Build, BuildError, Built, CacheExport, SolveError};
use crate::cli::Desk;
use crate::engine::Engine;
use crate::event::Events;
use crate::fs::{FsPath, Metadata, Node};
use crate::host::Host;
use crate::oci::{Index, REF_NAME, Timestamp, json};
use crate::transfer::Push;

/// What is left to do of it.
pub(super) struct Caching {
    left: VecDeque<CacheTarget>,
    current: Option<Box<Current>>,
}

/// A cache on its way to a registry.
struct Current {
    target: CacheTarget,
    cache: CacheExport,
    push: Push,
    began: Timestamp,
}

impl Caching {
    pub(super) fn new(targets: Vec<CacheTarget>) -> Self {
        Self { left: targets.into(), current: None }
    }

    pub(super) fn is_done(&self) -> bool {
        self.left.is_empty() && self.current.is_none()
    }

    /// Does the next piece of it.
    pub(super) fn advance(
        &mut self,
        build: &mut Build,
        built: &Built,
        progress: &mut Progress,
        desk: &mut Desk<'_>,
    ) -> Result<(), BuildError> {
        if let Some(current) = self.current.take() {
            return self.go_on(current, build, progress, desk);
        }
        let Some(target) = self.left.pop_front() else { return Ok(()) };
        let began = desk.wire.now();
        build.begin_after(target.step().to_owned());
        let Some(cache) = build.export_cache(target.is_whole) else {
            build.report_after("skipping cache export for empty result".to_owned(), 0);
            build.report_after("preparing build cache for export".to_owned(), 0);
            return build.end_after(0, None, &mut |event| progress.show(event, &mut desk.terminal));
        };
        build.report_after("preparing build cache for export".to_owned(), 0);
        let mut engine = desk.machine.engine.clone();
        engine.add_blobs(&built.blobs);
        engine.add_blobs(&cache.blobs);
        match &target.place {
            CachePlace::Registry(reference) => {
                let push = engine.begin_push_root(&cache.root, reference);
                self.current = Some(Box::new(Current { target, cache, push, began }));
                Ok(())
            }
            CachePlace::Folder { path, tag } => {
                let written = write(&engine, &cache, path, tag, desk);
                let mut events = |event| progress.show(event, &mut desk.terminal);
                target.end(&cache, written, 0, build, &mut events)
            }
        }
    }

    /// Ctrl-C: what has landed in a registry stays there.
    pub(super) fn cancel(self, host: &mut dyn Host, events: Events<'_>) {
        if let Some(current) = self.current {
            current.push.cancel(host, events);
        }
    }

    fn go_on(
        &mut self,
        mut current: Box<Current>,
        build: &mut Build,
        progress: &mut Progress,
        desk: &mut Desk<'_>,
    ) -> Result<(), BuildError> {
        let Desk { wire, terminal, .. } = desk;
        let mut events = |event| progress.show(event, terminal);
        let pushed = current.push.advance(wire, &mut |event| build.hear_after(event, &mut events));
        if matches!(pushed, Ok(false)) {
            self.current = Some(current);
            return Ok(());
        }
        let Current { target, cache, began, .. } = *current;
        let millis = u64::try_from(wire.now().since(began).as_millis()).unwrap_or(u64::MAX);
        target.end(&cache, pushed.map(|_| ()).map_err(|error| error.to_string()), millis, build, &mut events)
    }
}

impl CacheTarget {
    /// What the step that writes it is called.
    fn step(&self) -> &'static str {
        match self.place {
            CachePlace::Registry(_) => "exporting cache to registry",
            CachePlace::Folder { .. } => "exporting cache to client directory",
        }
    }

    /// Ends that step.
    fn end(
        &self,
        cache: &CacheExport,
        written: Result<(), String>,
        millis: u64,
        build: &mut Build,
        events: Events<'_>,
    ) -> Result<(), BuildError> {
        if written.is_ok() {
            for layer in &cache.layers {
                build.report_after(format!("writing layer {}", layer.digest), 0);
            }
            build.report_after(format!("writing config {}", cache.config.digest), 0);
            build.report_after(format!("writing cache image manifest {}", cache.root.digest), 0);
            build.report_after("sending cache export".to_owned(), millis);
        }
        let error = written.err().map(|reason| SolveError::CacheExport { reason }.into());
        let ended = build.end_after(millis, error, events);
        if self.ignores_errors { Ok(()) } else { ended }
    }
}

/// Writes a layout beside what the folder holds already; the index names it by its tag.
fn write(engine: &Engine, cache: &CacheExport, path: &str, tag: &str, desk: &mut Desk<'_>) -> Result<(), String> {
    let (folder, now) = (desk.machine.resolve(path), desk.wire.now());
    let mut layout = engine.oci_layout(&cache.root, &[]);
    let index = FsPath::from("/index.json");
    let before = desk.machine.files.read(&folder.child("index.json")).ok();
    let before = before.and_then(|bytes| json::read::<Index>(&bytes).ok()).map(|index| index.manifests);
    let mut named = cache.root.clone();
    named.annotations.insert(REF_NAME.to_owned(), tag.to_owned());
    let mut entries = before.unwrap_or_default();
    entries.retain(|entry| entry.annotations.get(REF_NAME).is_none_or(|name| name != tag));
    entries.push(named);
    let text = Node::file(Metadata::file(now), json::compact(&Index::of(entries)));
    layout.insert(&index, text).map_err(|error| error.to_string())?;
    put_files(desk, &folder, &layout, now).map_err(|failure| failure.text())
}
