//! A build that goes on after its verb returned: stepped until it ends, its
//! progress printed, its result put where it was asked to go.

use std::fmt;

use super::cache::CacheTarget;
use super::caching::Caching;
use super::call::Call;
use super::output::Outputs;
use super::progress::Progress;
use super::{hint, metadata, put};
use crate::build::progress::excerpt;
use crate::build::{Build, BuildError, Built};
use crate::cli::{Desk, Failure};
use crate::dockerfile::Warning;
use crate::engine::{Fetch, PushBuilt};
use crate::text::Output;

/// A build under way.
pub struct Building {
    pub(super) build: Option<Build>,
    /// A base on its way here.
    pub(super) fetch: Option<Fetch>,
    /// What was built, and what is done with it now.
    pub(super) after: Option<Box<(Built, After)>>,
    pub(super) progress: Progress,
    /// Whether only the image's id is printed.
    pub(super) quiet: bool,
    /// `docker --debug`: whether all is said of each warning.
    pub(super) is_debug: bool,
    pub(super) outputs: Outputs,
    /// Where its steps go for other builders.
    pub(super) caches: Vec<CacheTarget>,
    /// What is asked instead of building it.
    pub(super) call: Option<Call>,
    /// The file that the image's id is written to.
    pub(super) id_file: Option<String>,
    /// The file for what is known of the result.
    pub(super) metadata_file: Option<String>,
}

/// What is done with what was built, before it is put where it was asked to go.
pub(super) enum After {
    /// It goes to the registries of its names.
    Push(Box<PushBuilt>),
    /// Its steps go to other builders.
    Caches(Caching),
}

impl fmt::Debug for Building {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Building").field("quiet", &self.quiet).finish_non_exhaustive()
    }
}

impl Building {
    /// Goes on a little; the exit code, when it is done.
    pub fn step(&mut self, fuel: u64, desk: &mut Desk<'_>) -> Result<Option<i32>, Failure> {
        if let Some(after) = self.after.take() {
            return Ok(self.step_after(after, desk));
        }
        let Some(build) = &mut self.build else { return Ok(Some(0)) };
        let progress = &mut self.progress;
        let Desk { machine, wire, terminal, processes, .. } = desk;
        let result = machine.engine.advance_build(build, &mut self.fetch, fuel, wire, *processes, &mut |event| {
            progress.show(event, terminal);
        });
        match result {
            Ok(None) => Ok(self.call.and_then(|call| call.answer(build, desk))),
            Ok(Some(built)) => {
                desk.wire.world.pass(std::time::Duration::from_millis(built.millis));
                if !self.outputs.first.push {
                    return Ok(self.keep_steps(built, desk));
                }
                let push = desk.machine.engine.begin_push_built(&built, &desk.wire);
                self.after = Some(Box::new((built, After::Push(Box::new(push)))));
                Ok(None)
            }
            Err(error) => Err(self.unbuilt(&error, desk)),
        }
    }

    /// To who asked for remarks, what is wrong with a Dockerfile is one more.
    fn unbuilt(&mut self, error: &BuildError, desk: &mut Desk<'_>) -> Failure {
        let asked = self.call.filter(|call| call.is_check());
        let (Some(call), Some((mistake, place))) = (asked, error.in_file()) else { return self.failed(error) };
        self.close(None).into_iter().for_each(&mut *desk.terminal.print);
        let Some(build) = &self.build else { return self.failed(error) };
        let failure = call.mistaken(build, mistake, place, desk);
        Failure { hint: hint(error), ..failure }
    }

    /// The same while something is done with what was built, which stays even if that fails.
    fn step_after(&mut self, after: Box<(Built, After)>, desk: &mut Desk<'_>) -> Option<i32> {
        let build = self.build.as_mut()?;
        let (built, mut after) = *after;
        let progress = &mut self.progress;
        let advanced = match &mut after {
            After::Push(push) => {
                let Desk { machine, wire, terminal, .. } = desk;
                let events = &mut |event| progress.show(event, terminal);
                machine.engine.advance_push_built(push, build, &built, wire, events)
            }
            After::Caches(caching) => caching.advance(build, &built, progress, desk).map(|()| caching.is_done()),
        };
        match (advanced, after) {
            (Ok(true), After::Push(_)) => return self.keep_steps(built, desk),
            (Ok(true), After::Caches(_)) => return Some(self.done(&built, desk)),
            (Ok(false), after) => self.after = Some(Box::new((built, after))),
            (Err(error), _) => {
                self.close(Some(&error)).into_iter().for_each(&mut *desk.terminal.print);
                return Some(1);
            }
        }
        None
    }

    /// Goes on with the steps that other builders are to have, or ends if there are none.
    fn keep_steps(&mut self, built: Built, desk: &mut Desk<'_>) -> Option<i32> {
        let caching = Caching::new(std::mem::take(&mut self.caches));
        if caching.is_done() {
            return Some(self.done(&built, desk));
        }
        self.after = Some(Box::new((built, After::Caches(caching))));
        None
    }

    /// Ctrl-C: what was under way is given up, and says so. What was built stays, if something was only done with it.
    pub fn interrupt(mut self: Box<Self>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let Some(mut build) = self.build.take() else { return Err(self.failed(&BuildError::canceled())) };
        let (after, fetch) = (self.after.take(), self.fetch.take());
        let progress = &mut self.progress;
        let Desk { machine, wire, terminal, .. } = desk;
        let mut events = |event| progress.show(event, terminal);
        let is_built = after.is_some();
        match after.map(|after| after.1) {
            Some(After::Push(push)) => machine.engine.cancel_push_built(*push, wire, &mut events),
            Some(After::Caches(caching)) => caching.cancel(wire, &mut events),
            None => {}
        }
        let error = machine.engine.cancel_build(&mut build, fetch, &mut events);
        if !is_built {
            return Err(self.failed(&error));
        }
        self.close(Some(&error)).into_iter().for_each(&mut *desk.terminal.print);
        Ok(())
    }

    /// The exit code: what was built stays even if it cannot be written down.
    fn done(&mut self, built: &Built, desk: &mut Desk<'_>) -> i32 {
        let written = self.put_others(built, desk);
        self.resolve_provenance(desk);
        self.close(None).into_iter().for_each(&mut *desk.terminal.print);
        if let Err(failure) = written.and_then(|()| self.put(built, desk)) {
            failure.lines.into_iter().for_each(|line| desk.terminal.err(line));
            return failure.code;
        }
        if self.quiet {
            desk.terminal.out(put::id(self.outputs.first.kind, built));
        }
        0
    }

    /// Writes what was asked for beside the image.
    fn put(&self, built: &Built, desk: &mut Desk<'_>) -> Result<(), Failure> {
        put::put(&self.outputs.first, built, desk)?;
        if let Some(file) = &self.id_file {
            put::write_file(file, put::id(self.outputs.first.kind, built).into_bytes(), desk)?;
        }
        if let Some(file) = &self.metadata_file {
            put::write_file(file, metadata::text(built), desk)?;
        }
        Ok(())
    }

    /// What else is made of the same, each in a step of its own.
    fn put_others(&mut self, built: &Built, desk: &mut Desk<'_>) -> Result<(), Failure> {
        for other in std::mem::take(&mut self.outputs.others) {
            self.after_step(other.kind.step(), other.kind.sending(), desk);
            put::put(&other, built, desk)?;
        }
        Ok(())
    }

    /// A step after all others, which takes no time of its own.
    fn after_step(&mut self, name: &str, line: Option<&str>, desk: &mut Desk<'_>) {
        let Some(build) = &mut self.build else { return };
        build.begin_after(name.to_owned());
        if let Some(line) = line {
            build.report_after(line.to_owned(), 0);
        }
        let progress = &mut self.progress;
        let ended = build.end_after(0, None, &mut |event| {
            progress.event(&event).into_iter().for_each(&mut *desk.terminal.print);
        });
        debug_assert!(ended.is_ok(), "nothing was said to be wrong");
    }

    /// The builder is asked for its record of the build, which is a step of its own.
    fn resolve_provenance(&mut self, desk: &mut Desk<'_>) {
        if self.metadata_file.is_some() {
            self.after_step("resolving provenance for metadata file", None, desk);
        }
    }

    /// The last lines of the progress.
    fn close(&mut self, error: Option<&BuildError>) -> Vec<Output> {
        if let Some(build) = self.build.as_ref().filter(|_| self.is_debug) {
            self.progress.expand(build.warnings().iter().map(|warning| explained(build, warning)).collect());
        }
        self.progress.finish(error)
    }

    fn failed(&mut self, error: &BuildError) -> Failure {
        let lines = self.close(Some(error)).into_iter().map(|output| output.line).collect();
        Failure { lines, hint: hint(error), code: 1 }
    }
}

/// What a warning is for, where that is explained, and the lines it is about.
fn explained(build: &Build, warning: &Warning) -> Vec<String> {
    let more = (!warning.url.is_empty()).then(|| format!("More info: {}", warning.url));
    let lines = excerpt(&build.place(warning));
    std::iter::once(warning.description.to_owned()).chain(more).chain(lines).collect()
}
