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
mod scrub;
mod service;

pub use gc::collect;
pub use options::{Collect, Scrub, Serve};
pub use scrub::scrub;

use std::sync::Arc;

use access::Access;
use folder::Folder;
use keeper::Keeper;
use metrics::Metrics;
use service::Service;

use super::{NativeError, screen};

/// Serves until a signal ends it.
pub fn run(options: &Serve) -> Result<i32, NativeError> {
    let access = match &options.htpasswd {
        Some(file) => Access::read(file)?,
        None => Access::anybody(),
    };
    let keeper = match &options.root {
        Some(root) => {
            let (folder, registry) = Folder::open(root)?;
            Keeper::on_disk(registry, folder)
        }
        None => Keeper::in_memory(),
    };
    let service =
        Service { keeper, access, metrics: Metrics::default(), read_only: options.read_only, log: options.log };
    let service = Arc::new(service);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| NativeError::Refused { reason: error.to_string() })?;
    runtime.block_on(listener::listen(options.address, &service))?;
    service.keeper.close()?;
    screen::complain("drydock: stopped");
    Ok(0)
}
