//! `docker push` as the daemon does it: a value that goes on a piece at a time,
//! whichever store the image is in.

use super::{Engine, RegistryError};
use crate::event::{Event, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::transfer::{self, Pushed, classic};

/// A push under way.
pub struct Push {
    pub(super) reference: Reference,
    pub(super) way: Way,
}

/// By the client of either store.
pub(super) enum Way {
    Containerd(Box<(transfer::Push, Pushed)>),
    Classic { push: Box<classic::Push>, diff_ids: Vec<Digest> },
}

impl Engine {
    /// Begins to push what `reference` means here to the registry its name
    /// says; of several platforms only `platform`, if one is asked for.
    pub fn begin_push(&self, reference: &Reference, platform: Option<&Platform>) -> Result<Push, RegistryError> {
        let reference = reference.clone();
        if self.is_classic() {
            let way = self.begin_push_classic(&reference)?;
            return Ok(Push { reference, way });
        }
        let no_such = || RegistryError::NoSuchTag { name: reference.familiar() };
        let root = self.names.get(&reference.to_string()).ok_or_else(no_such)?;
        let mut root = (**root).clone();
        if let Some(platform) = platform {
            root = self.manifest_for(&root, platform, Some(&reference), "")?;
        }
        let pushed = transfer::present(&self.blobs, &root, &reference, &self.platform())?;
        let push = self.begin_push_root(&pushed.root, &reference);
        Ok(Push { reference, way: Way::Containerd(Box::new((push, pushed))) })
    }

    /// Begins to push `root`, whatever it is, under the tag of `reference`: all that it names is here.
    pub fn begin_push_root(&self, root: &Descriptor, reference: &Reference) -> transfer::Push {
        let credentials = self.credentials.get(&reference.domain);
        let mounts = self.mounts(&reference.domain);
        transfer::Push::new(&self.blobs, root, reference, credentials, &mounts)
    }

    /// Does the next piece of it; what the tag names, when all is there.
    pub fn advance_push(
        &mut self,
        push: &mut Push,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<Pushed>, RegistryError> {
        let Push { reference, way } = push;
        let pushed = match way {
            Way::Containerd(under_way) => {
                let (push, pushed) = &mut **under_way;
                if !push.advance(host, events)? {
                    return Ok(None);
                }
                self.remember_origin(&pushed.root, reference);
                pushed.clone()
            }
            Way::Classic { push, diff_ids } => {
                let Some(there) = push.advance(host, events)? else { return Ok(None) };
                self.take_pushed(reference, diff_ids, there)
            }
        };
        events(Event::ImagePushed { reference: reference.familiar(), image: pushed.root.clone() });
        Ok(Some(pushed))
    }

    /// Gives it up. Blobs that had landed stay in the registry, as everywhere;
    /// here nothing has changed.
    pub fn cancel_push(&self, push: Push, host: &mut dyn Host, events: Events<'_>) {
        match push.way {
            Way::Containerd(under_way) => under_way.0.cancel(host, events),
            Way::Classic { push, .. } => push.cancel(host, events),
        }
    }

    /// A push without leaving.
    pub fn push(
        &mut self,
        reference: &Reference,
        platform: Option<&Platform>,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Pushed, RegistryError> {
        let mut push = self.begin_push(reference, platform)?;
        loop {
            if let Some(pushed) = self.advance_push(&mut push, host, events)? {
                return Ok(pushed);
            }
        }
    }
}
