//! The paths of the distribution API, parsed once.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints>

use super::errors::RegistryError;
use crate::oci::{Digest, DigestError, Reference, ReferenceError, is_tag};
use crate::text::percent_decode;

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/v2/`
    Base,
    /// `/v2/_catalog`
    Catalog,
    /// `/v2/<repository>/tags/list`
    Tags {
        /// Such as `mlproject/mlmodel`.
        repository: String,
    },
    /// `/v2/<repository>/manifests/<tag or digest>`
    Manifest {
        /// Such as `mlproject/mlmodel`.
        repository: String,
        /// Which manifest.
        target: Target,
    },
    /// `/v2/<repository>/referrers/<digest>`
    Referrers {
        /// Such as `mlproject/mlmodel`.
        repository: String,
        /// Whose referrers.
        subject: Digest,
    },
    /// `/v2/<repository>/blobs/<digest>`
    Blob {
        /// Such as `mlproject/mlmodel`.
        repository: String,
        /// Which blob.
        digest: Digest,
    },
    /// `/v2/<repository>/blobs/uploads/`
    Uploads {
        /// Such as `mlproject/mlmodel`.
        repository: String,
    },
    /// `/v2/<repository>/blobs/uploads/<id>`
    Upload {
        /// Such as `mlproject/mlmodel`.
        repository: String,
        /// The id the registry gave it.
        id: String,
    },
}

/// How a path names a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By a tag.
    Tag(String),
    /// By its own digest.
    Digest(Digest),
}

impl Route {
    /// The repository it is about, if it is about one.
    pub fn repository(&self) -> Option<&str> {
        match self {
            Self::Base | Self::Catalog => None,
            Self::Tags { repository }
            | Self::Manifest { repository, .. }
            | Self::Referrers { repository, .. }
            | Self::Blob { repository, .. }
            | Self::Uploads { repository }
            | Self::Upload { repository, .. } => Some(repository),
        }
    }

    /// What `path` names; the error is the one distribution answers.
    pub fn parse(path: &str) -> Result<Self, RegistryError> {
        let path = percent_decode(path).ok_or(RegistryError::PageNotFound)?;
        let rest = path.strip_prefix("/v2/").ok_or(RegistryError::PageNotFound)?;
        let segments: Vec<&str> = rest.split('/').collect();
        match segments.as_slice() {
            [""] => Ok(Self::Base),
            ["_catalog"] => Ok(Self::Catalog),
            [name @ .., "tags", "list"] => Ok(Self::Tags { repository: repository(name)? }),
            [name @ .., "manifests", target] => {
                Ok(Self::Manifest { repository: repository(name)?, target: Target::parse(target)? })
            }
            [name @ .., "referrers", subject] => {
                Ok(Self::Referrers { repository: repository(name)?, subject: subject.parse()? })
            }
            [name @ .., "blobs", "uploads"] | [name @ .., "blobs", "uploads", ""] => {
                Ok(Self::Uploads { repository: repository(name)? })
            }
            [name @ .., "blobs", "uploads", id] => {
                Ok(Self::Upload { repository: repository(name)?, id: (*id).to_owned() })
            }
            [name @ .., "blobs", text] => Ok(Self::Blob { repository: repository(name)?, digest: digest(text)? }),
            _ => Err(RegistryError::PageNotFound),
        }
    }
}

impl Target {
    /// The tag, if it is by one.
    pub(super) fn tag(&self) -> Option<&str> {
        match self {
            Self::Tag(tag) => Some(tag),
            Self::Digest(_) => None,
        }
    }

    fn parse(text: &str) -> Result<Self, RegistryError> {
        if is_tag(text) { Ok(Self::Tag(text.to_owned())) } else { digest(text).map(Self::Digest) }
    }
}

/// A repository's name is the path of a reference; anything else is no page here.
pub(super) fn repository(segments: &[&str]) -> Result<String, RegistryError> {
    let name = segments.join("/");
    match format!("localhost/{name}").parse::<Reference>() {
        Ok(reference) if reference.path == name => Ok(name),
        Err(ReferenceError::TooLong) => Err(RegistryError::NameInvalid { name }),
        _ => Err(RegistryError::PageNotFound),
    }
}

/// A text with a colon can only be meant as a digest; another is no page here.
pub(super) fn digest(text: &str) -> Result<Digest, RegistryError> {
    text.parse().map_err(|error: DigestError| match error {
        _ if text.contains(':') => error.into(),
        _ => RegistryError::PageNotFound,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_the_api_has_its_route() {
        let digest = Digest::of(b"");
        let repository = || "a/tags/b".to_owned();
        let table = [
            ("/v2/".to_owned(), Route::Base),
            ("/v2/_catalog".to_owned(), Route::Catalog),
            ("/v2/a/tags/b/tags/list".to_owned(), Route::Tags { repository: repository() }),
            (
                "/v2/a/tags/b/manifests/1.0".to_owned(),
                Route::Manifest { repository: repository(), target: Target::Tag("1.0".to_owned()) },
            ),
            (
                format!("/v2/a/tags/b/manifests/{digest}"),
                Route::Manifest { repository: repository(), target: Target::Digest(digest) },
            ),
            (
                format!("/v2/a/tags/b/referrers/{digest}"),
                Route::Referrers { repository: repository(), subject: digest },
            ),
            (format!("/v2/a/tags/b/blobs/sha256%3A{}", digest.hex()), Route::Blob { repository: repository(), digest }),
            ("/v2/a/tags/b/blobs/uploads/".to_owned(), Route::Uploads { repository: repository() }),
            (
                "/v2/a/tags/b/blobs/uploads/some-id".to_owned(),
                Route::Upload { repository: repository(), id: "some-id".to_owned() },
            ),
        ];
        for (path, route) in table {
            assert_eq!(Route::parse(&path), Ok(route), "{path}");
        }
    }

    #[test]
    fn other_paths_are_no_pages() {
        for path in ["/", "/v1/", "/v2/A/tags/list", "/v2//tags/list", "/v2/a/blobs/x", "/v2/a%zz/tags/list", "/v2/a"] {
            assert_eq!(Route::parse(path), Err(RegistryError::PageNotFound), "{path}");
        }
        for digest in ["sha256:baddigeststring", "md5:d41d8cd98f00b204e9800998ecf8427e"] {
            let path = format!("/v2/a/blobs/{digest}");
            assert!(matches!(Route::parse(&path), Err(RegistryError::DigestInvalid { .. })), "{path}");
        }
        let long = format!("/v2/{}/tags/list", "a".repeat(300));
        assert!(matches!(Route::parse(&long), Err(RegistryError::NameInvalid { .. })));
    }
}
