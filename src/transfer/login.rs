//! `docker login`: does the registry accept this name and password?

use http::{Method, StatusCode};

use super::auth::{AuthError, Credentials};
use super::error::TransferError;
use super::why::Purpose;
use super::wire::{Call, Line, WireError};
use crate::event::Events;
use crate::host::{Host, Kept};

/// Asks the registry `domain`. One that asks for no credentials accepts any.
pub fn login(
    domain: &str,
    credentials: &Credentials,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<(), TransferError> {
    let mut line = Line::new(domain, Some(credentials)).classic();
    let url = format!("https://{}/v2/", line.endpoint);
    let call = Call {
        method: Method::GET,
        url: url.clone(),
        headers: Vec::new(),
        body: Kept::default(),
        scopes: Vec::new(),
        purpose: Purpose::Login,
    };
    let response = match line.over(host).send(&call, events) {
        Err(WireError::Authorization(error)) if is_refusal(&error) => return Err(TransferError::Login { url }),
        Err(WireError::Authorization(AuthError::Token { source, .. })) => return Err((*source).into()),
        // It is docker itself that asks here, not containerd: its words begin with the method.
        Err(WireError::Unreachable { method, url, reason }) => {
            return Err(TransferError::LoginUnreachable { method, url, reason });
        }
        answer => answer?,
    };
    match response.status() {
        StatusCode::OK => Ok(()),
        status => Err(TransferError::LoginStatus { url, status: status.to_string() }),
    }
}

/// The token service says no with a 401; anything else is a failure on the way.
fn is_refusal(error: &AuthError) -> bool {
    match error {
        AuthError::Token { source, .. } => {
            matches!(&**source, WireError::Status { status, .. } if status.starts_with("401"))
        }
        error => error.is_denial(),
    }
}
