//! `docker build --push`: what was built goes to the registries that its names
//! say. With the store of docker 29 that is the end of the export; with that of
//! docker 28 it is `docker push`, as a step of its own.
//! <https://github.com/moby/buildkit/blob/v0.26.0/util/push/push.go>

use super::{Engine, RegistryError};
use crate::build::{Build, BuildError, Built, SolveError};
use crate::event::{Event, Events, Exchange};
use crate::host::Host;
use crate::oci::{Reference, Timestamp};

impl Engine {
    /// Pushes what was `built` under each of its names, and ends the step of `build` that does it.
    pub fn push_built(
        &mut self,
        build: &mut Build,
        built: &Built,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<(), BuildError> {
        let began = host.now();
        for name in &built.tags {
            if self.is_classic() {
                self.push_with_docker(name, build, host, events)?;
            } else if let Err(error) = self.push_name(name, build, built, host, events) {
                return build.end_after(0, Some(error), events);
            }
        }
        if self.is_classic() { Ok(()) } else { build.end_after(millis_since(began, host), None, events) }
    }

    fn push_name(
        &mut self,
        name: &Reference,
        build: &mut Build,
        built: &Built,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<(), BuildError> {
        let began = host.now();
        let mut came_to_manifest = false;
        let pushed = self.push(name, None, host, &mut |event| {
            came_to_manifest |= matches!(&event, Event::Exchanged(exchange) if puts_manifest(exchange));
            events(event);
        });
        build.report_after("pushing layers".to_owned(), millis_since(began, host));
        if came_to_manifest {
            build.report_after(format!("pushing manifest for {name}@{}", built.image.digest), 0);
        }
        pushed.map(drop).map_err(|error| {
            let reason = match error {
                // It pushes without docker, which would say it in its own words.
                RegistryError::Transfer(error) => error.to_string(),
                error => error.to_string(),
            };
            SolveError::Push { name: name.to_string(), reason }.into()
        })
    }

    fn push_with_docker(
        &mut self,
        name: &Reference,
        build: &mut Build,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<(), BuildError> {
        let began = host.now();
        build.begin_after(format!("pushing {} with docker", name.familiar()));
        let error = self.push(name, None, host, events).err();
        let error = error.map(|error| BuildError::Push { reason: error.to_string() });
        build.end_after(millis_since(began, host), error, events)
    }
}

fn puts_manifest(exchange: &Exchange) -> bool {
    exchange.method == "PUT" && exchange.path.contains("/manifests/")
}

fn millis_since(began: Timestamp, host: &dyn Host) -> u64 {
    u64::try_from(host.now().since(began).as_millis()).unwrap_or(u64::MAX)
}
