//! Why each request is sent and what its answer means, in plain words, for the
//! learner who reads the wire.

use http::StatusCode;

use crate::oci::MediaType;

/// What is said of a request whose client did not wait for its end.
pub(super) const HUNG_UP: &str = "It was given up before all had travelled: Ctrl-C came.";

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Ask whether the repository has a blob or manifest.
    Ask { what: &'static str },
    /// Ask what a tag names before it is set.
    AskTag { tag: String },
    /// Find out what a tag or digest names.
    Resolve { name: String },
    /// Fetch a blob or manifest.
    Fetch { what: &'static str },
    /// See whether a registry is there.
    Ping,
    /// Ask which tags a repository has.
    Tags,
    /// Ask what refers to an attestation.
    Referrers,
    /// Ask the same by the tag that older registries keep.
    ReferrersTag,
    /// Take a blob from another repository of the registry.
    Mount { what: &'static str, from: String },
    /// Open an upload.
    Open { what: &'static str },
    /// Send the bytes.
    Send { what: &'static str },
    /// Fetch the rest of a blob whose connection broke.
    FetchRest { what: &'static str, from: u64 },
    /// Ask how far an upload came whose connection broke.
    AskUpload { what: &'static str },
    /// Send the rest of the bytes.
    SendRest { what: &'static str, from: u64 },
    /// Send a piece of the bytes.
    Piece { what: &'static str },
    /// End an upload and name its digest.
    Close { what: &'static str },
    /// Put a manifest under its digest.
    Put { what: &'static str },
    /// Put a manifest under a tag.
    PutTag { what: &'static str, tag: String },
    /// Ask for a token.
    Token { scopes: String },
    /// See whether a name and password are accepted.
    Login,
    /// Ask the index which images have a word in their name.
    Search { term: String },
    /// Send a request of the history once more.
    Again,
}

impl Purpose {
    /// Whether the bytes of a blob travel with it, or with its answer.
    pub(super) fn carries_blob(&self) -> bool {
        match self {
            Self::Fetch { what } => !matches!(*what, "manifest" | "index"),
            purpose => matches!(
                purpose,
                Self::FetchRest { .. } | Self::Send { .. } | Self::SendRest { .. } | Self::Piece { .. }
            ),
        }
    }

    /// One or two sentences; no status means that no answer came.
    pub(super) fn explain(&self, status: Option<StatusCode>) -> String {
        let meaning = match status {
            None => "No answer came.",
            Some(StatusCode::UNAUTHORIZED) => "The registry first wants to know who asks, or does not allow it.",
            Some(status) if status.is_success() || status == StatusCode::NOT_FOUND => self.meaning(status),
            Some(status) if status.is_server_error() => "The registry failed.",
            Some(_) => "The registry refused.",
        };
        format!("{} {meaning}", self.question())
    }

    fn question(&self) -> String {
        match self {
            Self::Ask { what } => format!("Does the repository have this {what} already?"),
            Self::AskTag { tag } => format!("What does the tag {tag} name now?"),
            Self::Resolve { name } => format!("Which manifest does {name} name?"),
            Self::Fetch { what } => format!("Fetch the {what} by its digest."),
            Self::Ping => "Is there a registry?".to_owned(),
            Self::Tags => "Which tags has the repository?".to_owned(),
            Self::Referrers => "What refers to this attestation? A signature would.".to_owned(),
            Self::ReferrersTag => {
                "A registry without that list keeps one under a tag named after the digest.".to_owned()
            }
            Self::Mount { what, from } => format!("Take the {what} from the repository {from}, without sending it."),
            Self::Open { what } => format!("Open an upload for the {what}."),
            Self::Send { what } => format!("Send the bytes of the {what} and name their digest."),
            Self::FetchRest { what, from } => {
                format!("The connection broke: fetch the rest of the {what}, from byte {from} on.")
            }
            Self::AskUpload { what } => format!("The connection broke: how much of the {what} has come?"),
            Self::SendRest { what, from } => format!("Send the rest of the {what}, from byte {from} on."),
            Self::Piece { what } => format!("Send the bytes of the {what}, as one piece."),
            Self::Close { what } => format!("Close the upload of the {what} and name its digest."),
            Self::Put { what } => format!("Put the {what}: everything it names is there."),
            Self::PutTag { what, tag } => format!("Put the {what} under the tag {tag}: last, for now all is there."),
            Self::Token { scopes } => format!("Ask the token service for {scopes}."),
            Self::Login => "Does the registry accept this name and password?".to_owned(),
            Self::Search { term } => format!("Which images have {term} in their name?"),
            Self::Again => "The same request, sent once more in a copy of the lab.".to_owned(),
        }
    }

    fn meaning(&self, status: StatusCode) -> &'static str {
        let found = status.is_success();
        match self {
            Self::Ask { .. } if found => "Yes: it need not travel.",
            Self::Ask { .. } => "No: it must be sent.",
            Self::AskTag { .. } if found => "The digest in the answer tells whether it must be set.",
            Self::AskTag { .. } => "Nothing yet.",
            Self::Resolve { .. } if found => "The digest in the answer tells whether anything must be fetched.",
            Self::Fetch { .. } | Self::FetchRest { .. } if found => "The bytes are checked against the digest.",
            Self::AskUpload { .. } if found => "The answer says where to go on.",
            Self::AskUpload { .. } => "It is not there any more: begin anew.",
            Self::Login | Self::Ping if found => "Yes.",
            Self::Tags | Self::Search { .. } if found => "They are in the answer, sorted.",
            Self::Referrers | Self::ReferrersTag if found => "The list is in the answer.",
            Self::Referrers => "It has no such list: older registries keep none.",
            Self::ReferrersTag => "Nothing does.",
            Self::Mount { .. } if status == StatusCode::CREATED => "Done: not a byte travelled.",
            Self::Mount { .. } if found => "Not possible: the registry opened an upload instead.",
            Self::Open { .. } if found => "The Location in the answer is where the bytes go.",
            Self::Piece { .. } | Self::SendRest { .. } if found => "The Location in the answer is where to go on.",
            Self::Send { .. } | Self::Close { .. } if found => "The registry checked the digest and keeps them.",
            Self::Put { .. } | Self::PutTag { .. } if found => "Done.",
            Self::Again if found => "It is answered well.",
            Self::Again => "It is not answered well; the status says how.",
            Self::Token { .. } if found => "The token lists what is granted.",
            _ => "There is no such thing.",
        }
    }
}

/// What bytes of this type are called.
pub(super) fn noun(media_type: &MediaType) -> &'static str {
    match media_type {
        media_type if media_type.is_index() => "index",
        media_type if media_type.is_manifest() => "manifest",
        media_type if media_type.is_layer() => "layer",
        media_type if media_type.is_config() => "configuration",
        media_type if *media_type == MediaType::IN_TOTO => "attestation",
        _ => "blob",
    }
}
