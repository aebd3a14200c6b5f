//! The ways from machines to registries: how fast each one is, as modelled,
//! and which names mean a real registry outside.

use std::collections::BTreeSet;

use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Response, Uri, header};
use imbl::OrdMap;

use crate::host::Link;
use crate::limits;

/// What can be set of them. Cloning shares everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ways {
    /// Those that are not as they are by themselves, by machine and registry.
    links: OrdMap<(String, String), Link>,
    real: OrdMap<String, Real>,
}

/// A real registry under a name of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Real {
    /// Where it is, such as `https://registry.example.com:5000`.
    url: Uri,
    /// Other hosts that its answers named: token services, storages of blobs.
    others: BTreeSet<String>,
}

/// Why a way cannot be like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WayError {
    /// It is no address of a registry.
    #[error("{url:?} is no address of a registry")]
    Url {
        /// As typed.
        url: String,
    },
    /// More are bound than anybody needs.
    #[error("no more than {limit} names can be bound")]
    Many {
        /// The bound.
        limit: usize,
    },
}

impl Ways {
    /// How fast the way from `machine` to `registry` is.
    pub fn link(&self, machine: &str, registry: &str) -> Link {
        self.links.get(&(machine.to_owned(), registry.to_owned())).copied().unwrap_or_default()
    }

    /// From now on it is as fast as this.
    pub fn set(&mut self, machine: &str, registry: &str, link: Link) {
        let way = (machine.to_owned(), registry.to_owned());
        if link == Link::default() {
            self.links.remove(&way);
        } else {
            self.links.insert(way, link);
        }
    }

    /// Lets `name` mean the registry at `url`: a scheme and a host, nothing after them.
    pub fn bind(&mut self, name: &str, url: &str) -> Result<(), WayError> {
        let limit = limits::REAL_REGISTRIES;
        if self.real.len() >= limit && !self.real.contains_key(name) {
            return Err(WayError::Many { limit });
        }
        let invalid = || WayError::Url { url: url.to_owned() };
        let parsed: Uri = url.trim_end_matches('/').parse().map_err(|_| invalid())?;
        let is_http = matches!(parsed.scheme_str(), Some("http" | "https"));
        let host = parsed.authority().filter(|host| !host.as_str().contains('@'));
        if !is_http || host.is_none() || parsed.path_and_query().is_some_and(|path| path.as_str() != "/") {
            return Err(invalid());
        }
        self.real.insert(name.to_owned(), Real { url: parsed, others: BTreeSet::new() });
        Ok(())
    }

    /// Lets `name` mean what it meant before; false if it was not bound.
    pub fn unbind(&mut self, name: &str) -> bool {
        self.real.remove(name).is_some()
    }

    /// The real registry that `name` means, if it means one.
    pub fn real(&self, name: &str) -> Option<&Real> {
        self.real.get(name)
    }

    /// The names that mean real registries.
    pub fn bound(&self) -> impl Iterator<Item = (&String, &Real)> {
        self.real.iter()
    }

    /// Where a request to `uri` really goes: to the registry that its host is
    /// bound to, or to a host that one of these has named.
    pub fn outside(&self, uri: &Uri) -> Option<Uri> {
        let host = uri.authority()?.as_str();
        let Some(real) = self.real.get(host) else {
            return self.real.values().any(|real| real.others.contains(host)).then(|| uri.clone());
        };
        let mut parts = real.url.clone().into_parts();
        parts.path_and_query = uri.path_and_query().cloned().or_else(|| Some(PathAndQuery::from_static("/")));
        Uri::from_parts(parts).ok()
    }

    /// Takes what came from `host`: other hosts it names are known from now on,
    /// and a place on the registry itself is told by its path alone.
    pub fn heard<B>(&mut self, host: &str, mut response: Response<B>) -> Response<B> {
        let Some(real) = self.real.get_mut(host) else { return response };
        let own = real.url.authority().cloned();
        if let Some(location) = place(response.headers()) {
            if location.authority() == own.as_ref() {
                let path = location.path_and_query().and_then(|path| HeaderValue::from_str(path.as_str()).ok());
                if let Some(path) = path {
                    response.headers_mut().insert(header::LOCATION, path);
                }
            } else {
                real.learn(&location);
            }
        }
        for realm in realms(response.headers()) {
            real.learn(&realm);
        }
        response
    }
}

impl Real {
    /// Its address as people write it.
    pub fn place(&self) -> String {
        self.url.to_string().trim_end_matches('/').to_owned()
    }

    fn learn(&mut self, other: &Uri) {
        if self.others.len() < limits::REAL_REGISTRIES {
            self.others.extend(other.authority().map(ToString::to_string));
        }
    }
}

fn place(headers: &HeaderMap) -> Option<Uri> {
    headers.get(header::LOCATION)?.to_str().ok()?.parse().ok()
}

/// Where tokens come from.
fn realms(headers: &HeaderMap) -> Vec<Uri> {
    let challenges = headers.get_all(header::WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    let realm = |challenge: &str| challenge.split_once("realm=\"")?.1.split_once('"')?.0.parse().ok();
    challenges.filter_map(realm).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound() -> Ways {
        let mut ways = Ways::default();
        ways.bind("r.test", "http://127.0.0.1:5000/").expect("an address");
        ways
    }

    fn goes(ways: &Ways, uri: &str) -> Option<String> {
        ways.outside(&uri.parse().expect("a URI")).map(|uri| uri.to_string())
    }

    fn answer(name: header::HeaderName, value: &str) -> Response<()> {
        Response::builder().header(name, value).body(()).expect("a response")
    }

    #[test]
    fn only_a_bound_name_goes_outside_and_hosts_that_it_has_named() {
        let mut ways = bound();
        let table = [
            ("https://r.test/v2/px/tags/list?n=1", Some("http://127.0.0.1:5000/v2/px/tags/list?n=1")),
            ("https://other.test/v2/", None),
            ("https://auth.test/token", None),
        ];
        for (uri, expected) in table {
            assert_eq!(goes(&ways, uri).as_deref(), expected, "{uri}");
        }
        let challenge = r#"Bearer realm="https://auth.test/token",service="r""#;
        drop(ways.heard("r.test", answer(header::WWW_AUTHENTICATE, challenge)));
        assert_eq!(goes(&ways, "https://auth.test/token?a=b").as_deref(), Some("https://auth.test/token?a=b"));
        assert!(ways.unbind("r.test") && !ways.unbind("r.test"));
        assert_eq!(goes(&ways, "https://auth.test/token"), None);
    }

    #[test]
    fn a_place_on_the_registry_itself_is_told_by_its_path() {
        let mut ways = bound();
        for (said, told) in [
            ("http://127.0.0.1:5000/v2/px/blobs/uploads/1?a=b", "/v2/px/blobs/uploads/1?a=b"),
            ("/v2/px/blobs/uploads/1", "/v2/px/blobs/uploads/1"),
            ("https://storage.test/x", "https://storage.test/x"),
        ] {
            let response = ways.heard("r.test", answer(header::LOCATION, said));
            assert_eq!(response.headers()[header::LOCATION], told);
        }
        assert!(goes(&ways, "https://storage.test/x").is_some());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in
            ["", "r.test", "ftp://r.test", "https://", "https://a:b@r.test", "https://r.test/v2", "https://r.test?x"]
        {
            assert_eq!(Ways::default().bind("x", url), Err(WayError::Url { url: url.to_owned() }));
        }
    }

    #[test]
    fn a_way_set_back_is_as_if_it_had_never_been_set() {
        let mut ways = Ways::default();
        ways.set("laptop", "r.test", Link { bits_per_second: 1, ..Link::default() });
        assert_eq!((ways.link("laptop", "r.test").bits_per_second, ways.link("prod", "r.test")), (1, Link::default()));
        ways.set("laptop", "r.test", Link::default());
        assert_eq!(ways, Ways::default());
    }
}
