//! One request and its answer: who asks, what about, and what of it is noted.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, header};
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::task::block_in_place;

use super::access::Passwords;
use super::body::Outgoing;
use super::keeper::Keeper;
use super::line::Line;
use super::metrics::Metrics;
use super::options::LogForm;
use super::origins::{self, Origins};
use crate::host::Host;
use crate::limits;
use crate::native::Site;
use crate::registry::{Body, Received, Refusal, Registry, RegistryError};

/// Everything that an answer may depend on.
pub struct Service {
    /// The registry.
    pub keeper: Keeper,
    /// Checks the passwords of who comes in.
    pub passwords: Passwords,
    /// What is counted.
    pub metrics: Metrics,
    /// What is logged.
    pub log: LogForm,
    /// Whose pages may read its answers.
    pub origins: Origins,
}

impl Service {
    /// The answer to a request of `peer`.
    pub async fn answer(&self, request: Request<Incoming>, peer: &str) -> Response<Outgoing> {
        let began = Instant::now();
        let (parts, body) = request.into_parts();
        let mut line = Line::of(&parts, peer);
        let origin = self.origins.allowed(&parts);
        let asked = origin.as_ref().and_then(|_| origins::preflight(&parts));
        let mut response = match parts.uri.path() {
            "/healthz" | "/readyz" => plain("text/plain; charset=utf-8", "ok\n".to_owned()),
            "/metrics" => plain(Metrics::CONTENT_TYPE, self.metrics.text(&self.keeper.shown())),
            _ => match asked {
                Some(response) => response,
                None => self.answer_client(parts, body, &mut line).await,
            },
        };
        if let Some(origin) = origin {
            origins::allow(origin, &mut response);
        }
        line.ends(&response, began.elapsed());
        self.metrics.note(&line);
        line.write(self.log);
        response
    }

    async fn answer_client(&self, mut parts: Parts, body: Incoming, line: &mut Line) -> Response<Outgoing> {
        let registry = self.keeper.shown();
        let check = |hash: Option<&str>, password: &str| self.passwords.check(hash, password);
        if registry.gives_tokens_at(parts.uri.path()) {
            let answer = match form(body).await {
                Ok(form) => registry.give_token_by(&Request::from_parts(parts, form), Site::new("").now(), &check),
                Err(refusal) => Some(refusal.into_response()),
            };
            return outgoing(
                &registry,
                answer.unwrap_or_else(|| Refusal::from(RegistryError::PageNotFound).into_response()),
            );
        }
        match registry.admit_by(&parts, Site::new("").now(), &check) {
            Ok(user) => {
                line.user.clone_from(&user.0);
                parts.extensions.insert(user);
            }
            Err(refused) => return outgoing(&registry, *refused),
        }
        if matches!(parts.method, Method::GET | Method::HEAD) {
            return outgoing(&registry, registry.look(&parts));
        }
        let response = match self.receive(&parts, body).await {
            Ok(received) => block_in_place(|| self.keeper.change(Request::from_parts(parts, received))),
            Err(refusal) => refusal.into_response(),
        };
        self.outgoing(response)
    }

    /// The whole body of a request, bounded; the registry is free meanwhile. Of a PATCH that breaks off
    /// what came is kept: the client asks for the status of the upload, and goes on from there.
    async fn receive(&self, parts: &Parts, mut body: Incoming) -> Result<Received, Refusal> {
        let mut intake = block_in_place(|| self.keeper.intake(parts))?;
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let frame = match frame {
                Ok(frame) => frame,
                Err(_) if parts.method == Method::PATCH => break,
                Err(error) => {
                    return Err(RegistryError::SizeInvalid { detail: error.to_string(), too_large: false }.into());
                }
            };
            if let Ok(bytes) = frame.into_data() {
                self.metrics.received(bytes.len());
                if intake.is_behind() {
                    block_in_place(|| intake.catch_up())?;
                }
                intake.take(&bytes)?;
            }
        }
        Ok(block_in_place(|| intake.finish())?)
    }

    fn outgoing(&self, response: Response<Body>) -> Response<Outgoing> {
        outgoing(&self.keeper.shown(), response)
    }
}

/// The whole of a form in which somebody asks for a token.
async fn form(mut body: Incoming) -> Result<Bytes, Refusal> {
    let mut form = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let wrong = |detail: String| RegistryError::SizeInvalid { detail, too_large: true };
        let frame = frame.map_err(|error| wrong(error.to_string()))?;
        form.extend_from_slice(&frame.into_data().unwrap_or_default());
        if form.len() > limits::TOKEN_BYTES {
            return Err(wrong("http: request body too large".to_owned()).into());
        }
    }
    Ok(form.freeze())
}

fn outgoing(registry: &Registry, response: Response<Body>) -> Response<Outgoing> {
    let (parts, body) = response.into_parts();
    match Outgoing::of(&body, registry) {
        Ok(body) => Response::from_parts(parts, body),
        Err(error) => {
            let refusal = Refusal::from(RegistryError::Unknown { detail: error.to_string() });
            refusal.into_response().map(|body| match body {
                Body::Bytes(bytes) => Outgoing::Bytes(bytes),
                Body::Blob { .. } => Outgoing::Bytes(bytes::Bytes::new()),
            })
        }
    }
}

fn plain(content_type: &'static str, text: String) -> Response<Outgoing> {
    let mut response = Response::new(Outgoing::Bytes(text.into()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
