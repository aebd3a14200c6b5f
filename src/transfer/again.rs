//! A request that was sent before, sent once more: the same method, path,
//! headers and body, to see what is answered now.

use http::{HeaderName, Method, header};

use super::auth::Credentials;
use super::why::Purpose;
use super::wire::{Call, Line, WireError};
use crate::event::{Events, Exchange};
use crate::host::{Host, Kept};

/// What each request gets anew: who asks is proved by `credentials`, for no secret is remembered.
const OWN: [HeaderName; 3] = [header::AUTHORIZATION, header::CONTENT_LENGTH, header::USER_AGENT];

/// Sends it. The exchanges that come of it are told as events: first those in
/// which the registry asks who is there, if it does.
pub fn again(
    sent: &Exchange,
    body: Kept,
    credentials: Option<&Credentials>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<(), WireError> {
    let header = |(name, value): &(String, String)| Some((name.parse::<HeaderName>().ok()?, value.clone()));
    let call = Call {
        method: sent.method.parse().unwrap_or(Method::GET),
        url: format!("https://{}{}", sent.registry, sent.path),
        headers: sent.request_headers.iter().filter_map(header).filter(|(name, _)| !OWN.contains(name)).collect(),
        body,
        scopes: Vec::new(),
        purpose: Purpose::Again,
    };
    // As docker's own client does, which takes the first answer.
    Line::new(&sent.registry, credentials).classic().over(host).send(&call, events).map(drop)
}
