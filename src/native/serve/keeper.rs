//! The one registry of many requests. Readers see the last state that would
//! survive a crash; what a request changed is answered, and shown to them, once
//! it is written down. Requests that change something at once are written down
//! together.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use http::request::Parts;
use http::{Request, Response, StatusCode};

use super::folder::{Folder, Place};
use crate::limits;
use crate::native::NativeError;
use crate::registry::{Body, Bounds, Change, Intake, Received, Refusal, Registry, RegistryError};

/// Who keeps the registry.
pub struct Keeper {
    /// What readers see.
    shown: RwLock<Arc<Registry>>,
    newest: Mutex<Newest>,
    folder: Option<Folder>,
    /// The number of the last request that is written down. Whoever holds it writes.
    written: Mutex<u64>,
}

/// What the next change starts from.
struct Newest {
    registry: Registry,
    /// Changes that are not written down yet.
    waiting: Vec<Change>,
    /// How many requests have changed something.
    count: u64,
    /// Why requests up to this number could not be written down.
    lost: Option<(u64, String)>,
}

impl Keeper {
    /// Of a registry that was found in `folder`, or is gone with the process.
    pub fn new(registry: Registry, folder: Option<Folder>) -> Self {
        let shown = RwLock::new(Arc::new(registry.clone()));
        let newest = Newest { registry, waiting: Vec::new(), count: 0, lost: None };
        Self { shown, newest: Mutex::new(newest), folder, written: Mutex::new(0) }
    }

    /// What everybody may see.
    pub fn shown(&self) -> Arc<Registry> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where the body of a request goes.
    pub fn intake(&self, parts: &Parts) -> Result<Intake, Refusal> {
        self.newest().registry.intake(parts, &mut self.place())
    }

    /// Answers a request that may change something, when the change will last. Blocks.
    pub fn change(&self, request: Request<Received>) -> Response<Body> {
        let (response, number) = {
            let mut newest = self.newest();
            let before = newest.registry.clone();
            let response = newest.registry.handle(request, &mut self.place());
            let changes = newest.registry.changes_since(&before);
            if changes.is_empty() && response.status() != StatusCode::CREATED {
                return response;
            }
            // What is there already may be somebody's who still waits: then so does this one.
            newest.count += 1;
            newest.waiting.extend(changes);
            (response, newest.count)
        };
        match self.write_down(number) {
            Ok(()) => response,
            Err(detail) => Refusal::from(RegistryError::Unknown { detail }).into_response(),
        }
    }

    /// Makes the registry's folder tidy; nothing comes any more.
    pub fn close(&self) -> Result<(), NativeError> {
        self.folder.as_ref().map_or(Ok(()), |folder| folder.tidy(&self.newest().registry))
    }

    /// Writes all down that waits, unless somebody has done it for this request too.
    fn write_down(&self, number: u64) -> Result<(), String> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if *written < number {
            let (changes, registry, count) = {
                let mut newest = self.newest();
                (std::mem::take(&mut newest.waiting), newest.registry.clone(), newest.count)
            };
            match self.folder.as_ref().map_or(Ok(()), |folder| folder.append(&changes)) {
                Ok(()) => *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(registry),
                Err(error) => self.fall_back(&error),
            }
            *written = count;
        }
        match &self.newest().lost {
            Some((upto, why)) if number <= *upto => Err(why.clone()),
            _ => Ok(()),
        }
    }

    /// Nothing that is not written down has happened: all of it goes, with who asked for it told so.
    fn fall_back(&self, error: &io::Error) {
        let shown = self.shown();
        let mut newest = self.newest();
        newest.registry = Registry::clone(&shown);
        newest.waiting.clear();
        newest.lost = Some((newest.count, error.to_string()));
    }

    fn place(&self) -> Place<'_> {
        self.folder.as_ref().map_or(Place::Memory, Place::Disk)
    }

    fn newest(&self) -> MutexGuard<'_, Newest> {
        // A panic in the middle of a request leaves a registry whose change nobody was told of.
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much a registry takes that is no lab's.
pub fn bounds() -> Bounds {
    Bounds { blob_bytes: limits::DISK_BLOB_BYTES, total_bytes: u64::MAX, uploads: limits::SERVED_UPLOADS }
}
