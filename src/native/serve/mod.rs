//! `drydock serve`: the registry of the lab behind a socket. HTTP, files and
//! clocks are here; what is answered is `registry`'s, in a lab as here.

mod access;
mod body;
mod folder;
mod gc;
mod keeper;
mod line;
mod listener;
mod metrics;
mod options;
mod origins;
mod pieces;
mod scrub;
mod service;

pub use gc::collect;
pub use options::{Collect, Scrub, Serve};
pub use scrub::scrub;

use std::sync::Arc;

use access::Passwords;
use folder::Folder;
use keeper::Keeper;
use metrics::Metrics;
use service::Service;

use super::{NativeError, Site, screen};
use crate::host::Host;
use crate::registry::{Grant, Registry, Scheme};

/// Serves until a signal ends it.
pub fn run(options: &Serve) -> Result<i32, NativeError> {
    let (mut registry, folder) = match &options.root {
        Some(root) => Folder::open(root).map(|(folder, registry)| (registry, Some(folder)))?,
        None => (Registry::bounded("", keeper::bounds()), None),
    };
    set(&mut registry, options)?;
    let keeper = Keeper::new(registry, folder);
    let service = Service {
        keeper,
        passwords: Passwords::default(),
        metrics: Metrics::default(),
        log: options.log,
        origins: options.origins.clone(),
    };
    let service = Arc::new(service);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| NativeError::Refused { reason: error.to_string() })?;
    runtime.block_on(listener::listen(options.address, &service))?;
    service.keeper.close()?;
    screen::complain("drydock: stopped");
    Ok(0)
}

/// What the flags say of whom the registry lets in and what it keeps as it is.
fn set(registry: &mut Registry, options: &Serve) -> Result<(), NativeError> {
    if let Some(file) = &options.htpasswd {
        registry.access = access::read(file)?;
    }
    if let Some(realm) = options.realm.clone() {
        // Who was given a token asks for another one when the registry was started anew.
        let mut key = [0; 32];
        Site::new("").random(&mut key);
        registry.access.scheme = Some(Scheme::Bearer { realm, key });
    }
    for pattern in &options.anonymous {
        registry.access.grant_anybody(Grant { repositories: pattern.clone(), actions: vec!["pull".to_owned()] });
    }
    registry.policies.all.read_only = options.read_only;
    registry.policies.all.immutable = options.immutable.clone();
    Ok(())
}
