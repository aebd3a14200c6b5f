//! `docker build --push`: what was built goes to the registries that its names
//! say. With the store of docker 29 that is the end of the export; with that of
//! docker 28 it is `docker push`, as a step of its own.
//! <https://github.com/moby/buildkit/blob/v0.26.0/util/push/push.go>

use std::collections::VecDeque;

use super::{Engine, Push, RegistryError};
use crate::build::{Build, BuildError, Built, SolveError};
use crate::event::{Event, Events, Exchange};
use crate::host::Host;
use crate::oci::{Reference, Timestamp};

/// What was built on its way to its registries, name after name.
pub struct PushBuilt {
    left: VecDeque<Reference>,
    current: Option<Current>,
    began: Timestamp,
}

/// The name that is on its way.
struct Current {
    name: Reference,
    push: Push,
    began: Timestamp,
    came_to_manifest: bool,
}

impl Engine {
    /// Begins to push what was `built` under each of its names.
    pub fn begin_push_built(&self, built: &Built, host: &dyn Host) -> PushBuilt {
        PushBuilt { left: built.tags.iter().cloned().collect(), current: None, began: host.now() }
    }

    /// Does the next piece of it; true when all is there and the step of `build` that does it has ended.
    pub fn advance_push_built(
        &mut self,
        pushing: &mut PushBuilt,
        build: &mut Build,
        built: &Built,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<bool, BuildError> {
        if let Some(current) = pushing.current.take() {
            pushing.current = self.advance_name(current, build, built, host, events)?;
            return Ok(false);
        }
        let Some(name) = pushing.left.pop_front() else {
            let took = millis_since(pushing.began, host);
            return if self.is_classic() { Ok(true) } else { build.end_after(took, None, events).map(|()| true) };
        };
        let began = host.now();
        if self.is_classic() {
            build.begin_after(format!("pushing {} with docker", name.familiar()));
        }
        match self.begin_push(&name, None) {
            Ok(push) => pushing.current = Some(Current { name, push, began, came_to_manifest: false }),
            Err(error) => self.end_name(&name, began, Some(error), build, host, events)?,
        }
        Ok(false)
    }

    /// Ctrl-C: what has landed in a registry stays there.
    pub fn cancel_push_built(&self, pushing: PushBuilt, host: &mut dyn Host, events: Events<'_>) {
        if let Some(current) = pushing.current {
            self.cancel_push(current.push, host, events);
        }
    }

    /// The name again, if there is more to do for it.
    fn advance_name(
        &mut self,
        mut current: Current,
        build: &mut Build,
        built: &Built,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<Current>, BuildError> {
        let came_to_manifest = &mut current.came_to_manifest;
        let pushed = self.advance_push(&mut current.push, host, &mut |event| {
            *came_to_manifest |= matches!(&event, Event::Exchanged(exchange) if puts_manifest(exchange));
            build.hear_after(event, events);
        });
        if matches!(pushed, Ok(None)) {
            return Ok(Some(current));
        }
        let Current { name, began, came_to_manifest, .. } = current;
        if !self.is_classic() {
            build.report_after("pushing layers".to_owned(), millis_since(began, host));
            if came_to_manifest {
                build.report_after(format!("pushing manifest for {name}@{}", built.image.digest), 0);
            }
        }
        self.end_name(&name, began, pushed.err(), build, host, events)?;
        Ok(None)
    }

    /// One name is there, or not. With the store of docker 28 that ends a step.
    fn end_name(
        &self,
        name: &Reference,
        began: Timestamp,
        error: Option<RegistryError>,
        build: &mut Build,
        host: &dyn Host,
        events: Events<'_>,
    ) -> Result<(), BuildError> {
        if self.is_classic() {
            let error = error.map(|error| BuildError::Push { reason: error.to_string() });
            return build.end_after(millis_since(began, host), error, events);
        }
        let Some(error) = error else { return Ok(()) };
        let reason = match error {
            // It pushes without docker, which would say it in its own words.
            RegistryError::Transfer(error) => error.to_string(),
            error => error.to_string(),
        };
        let error = SolveError::Push { name: name.to_string(), reason };
        build.end_after(0, Some(error.into()), events)
    }
}

fn puts_manifest(exchange: &Exchange) -> bool {
    exchange.method == "PUT" && exchange.path.contains("/manifests/")
}

fn millis_since(began: Timestamp, host: &dyn Host) -> u64 {
    u64::try_from(host.now().since(began).as_millis()).unwrap_or(u64::MAX)
}
