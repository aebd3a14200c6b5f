//! A request of the history sent once more, in a copy of the lab as it is now.

use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::{Session, Tell, Tells};
use crate::event::{Event, Exchange};
use crate::host::Kept;
use crate::lab::State;
use crate::oci::Digest;
use crate::registry::Registry;
use crate::transfer;

/// What [`super::Ask::Resend`] is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Resent {
    /// The request as it was sent first, and its answer.
    pub first: Exchange,
    /// What went over the wire now, the answer last; or why it cannot be sent.
    pub now: Result<Vec<Exchange>, String>,
}

impl Session {
    /// Sends a request once more, from the machine that sent it; the learner's lab is not touched.
    pub(super) fn resend(&mut self, machine: &str, first: Exchange, tells: Tells<'_>) {
        let now = self.sent_again(machine, &first);
        tells(Tell::Resent(Box::new(Resent { first, now })));
    }

    fn sent_again(&mut self, machine: &str, first: &Exchange) -> Result<Vec<Exchange>, String> {
        let open = self.open.as_ref().ok_or("no lesson is open")?;
        let mut state = open.history.state().clone();
        state.here = state.machine_named(machine).ok_or_else(|| format!("this lab has no machine {machine:?}"))?;
        let uri = format!("https://{}{}", first.registry, first.path).parse();
        if uri.is_ok_and(|uri| state.world.ways.outside(&uri).is_some()) {
            return Err("it went to a real registry, which a copy of the lab must not ask".to_owned());
        }
        let body = body(&state, first)?;
        let (machine, mut wire) = state.split(self.outside.as_mut());
        let credentials = machine.engine.credentials.get(&first.registry);
        let mut now = Vec::new();
        let sent = transfer::again(first, body, credentials, &mut wire, &mut |event| {
            now.extend(match event {
                Event::Exchanged(exchange) => Some(exchange),
                _ => None,
            });
        });
        // An answer that is an error is an answer; without any, why is said.
        match sent {
            Err(error) if now.is_empty() => Err(error.to_string()),
            _ => Ok(now),
        }
    }
}

/// The bytes that were sent. They are not remembered, but those that a digest names are still there.
fn body(state: &State, first: &Exchange) -> Result<Kept, String> {
    if first.sent == 0 {
        return Ok(Kept::default());
    }
    let machines = state.machines.iter().map(|machine| &machine.engine.blobs);
    let places: Vec<_> = machines.chain(state.world.registries.values().map(Registry::blobs)).collect();
    let of = |digest: &Digest| places.iter().find_map(|blobs| blobs.kept(digest));
    let kept = first.digests().iter().filter_map(of).find(|kept| kept.size() == first.sent);
    kept.ok_or_else(|| format!("the {} bytes of its body are not remembered, and no digest names them", first.sent))
}
