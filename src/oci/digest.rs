//! A digest names bytes: the algorithm and lower-case hex digits, computed
//! over exactly the bytes it names.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests>

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256, Sha512};

use super::as_text::as_text;

/// How a digest is computed: the two algorithms that the specification registers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// What everybody uses.
    #[default]
    Sha256,
    /// What a client may use instead.
    Sha512,
}

/// The digest of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Digest {
    /// `sha256:` and 64 digits.
    Sha256([u8; 32]),
    /// `sha512:` and 128 digits.
    Sha512([u8; 64]),
}

/// Why a text is not a digest; the words of go-digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text is no `algorithm:encoded` in lower case.
    #[error("invalid checksum digest format")]
    Format,
    /// It does not have as many digits as its algorithm makes.
    #[error("invalid checksum digest length")]
    Length,
    /// The algorithm is not one this program computes.
    #[error("unsupported digest algorithm")]
    Algorithm,
}

impl Algorithm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Digest {
        match self {
            Self::Sha256 => Digest::Sha256(Sha256::digest(bytes).into()),
            Self::Sha512 => Digest::Sha512(Sha512::digest(bytes).into()),
        }
    }

    /// As it stands before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }
}

impl Digest {
    /// The sha256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Algorithm::Sha256.digest(bytes)
    }

    /// How it was computed.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Sha512(_) => Algorithm::Sha512,
        }
    }

    /// The hex digits, without the algorithm.
    pub fn hex(&self) -> String {
        hex::encode(self.bytes())
    }

    /// The first 12 hex digits, as docker shows an id.
    pub fn short(&self) -> String {
        hex::encode(&self.bytes()[..6])
    }

    /// The raw bytes, 32 or more.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(bytes) => bytes,
            Self::Sha512(bytes) => bytes,
        }
    }

    /// Where an image layout keeps what it names, such as `blobs/sha256/44136f…`.
    /// <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs>
    pub fn path(&self) -> String {
        format!("blobs/{}/{}", self.algorithm().as_str(), self.hex())
    }
}

/// Computes a digest over bytes that arrive in pieces.
#[derive(Clone)]
pub enum Verifier {
    /// By sha256.
    Sha256(Sha256),
    /// By sha512.
    Sha512(Sha512),
}

impl Verifier {
    /// One that has seen no byte yet.
    pub fn of(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Sha256::default()),
            Algorithm::Sha512 => Self::Sha512(Sha512::default()),
        }
    }

    /// How it computes.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Sha512(_) => Algorithm::Sha512,
        }
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(bytes),
            Self::Sha512(hash) => hash.update(bytes),
        }
    }

    /// The digest of all pieces so far.
    pub fn finish(self) -> Digest {
        match self {
            Self::Sha256(hash) => Digest::Sha256(hash.finalize().into()),
            Self::Sha512(hash) => Digest::Sha512(hash.finalize().into()),
        }
    }
}

impl Default for Verifier {
    fn default() -> Self {
        Self::of(Algorithm::default())
    }
}

/// Equal, if the bytes so far are.
impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        self.clone().finish() == other.clone().finish()
    }
}

impl std::io::Write for Verifier {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm().as_str(), self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Algorithm {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        match text {
            "sha256" => Ok(Self::Sha256),
            "sha512" => Ok(Self::Sha512),
            _ if text.bytes().any(|byte| byte.is_ascii_uppercase()) => Err(DigestError::Format),
            _ => Err(DigestError::Algorithm),
        }
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let (algorithm, encoded) = text.split_once(':').ok_or(DigestError::Format)?;
        match algorithm.parse()? {
            Algorithm::Sha256 => decoded(encoded).map(Self::Sha256),
            Algorithm::Sha512 => decoded(encoded).map(Self::Sha512),
        }
    }
}

fn decoded<const BYTES: usize>(encoded: &str) -> Result<[u8; BYTES], DigestError> {
    let mut bytes = [0; BYTES];
    if encoded.len() != 2 * BYTES {
        return Err(DigestError::Length);
    }
    if encoded.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(DigestError::Format);
    }
    hex::decode_to_slice(encoded, &mut bytes).map_err(|_| DigestError::Format)?;
    Ok(bytes)
}

as_text!(Digest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_two_braces_is_the_well_known_one() {
        assert_eq!(
            Digest::of(b"{}").to_string(),
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
        assert_eq!(Digest::of(b"{}").short(), "44136fa355b3");
        assert_eq!(
            Algorithm::Sha512.digest(b"").path(),
            "blobs/sha512/cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
             47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
        );
    }

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        for algorithm in Algorithm::ALL {
            let mut verifier = Verifier::of(algorithm);
            verifier.update(b"{");
            verifier.update(b"}");
            assert_eq!(verifier.finish(), algorithm.digest(b"{}"));
        }
    }

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        for digest in Algorithm::ALL.map(|algorithm| algorithm.digest(b"x")) {
            assert_eq!(digest.to_string().parse(), Ok(digest));
        }
    }

    #[test]
    fn what_is_not_a_digest_is_refused_in_the_words_of_go() {
        let digits = Digest::of(b"").hex();
        let table = [
            (String::new(), DigestError::Format),
            ("sha256".to_owned(), DigestError::Format),
            ("sha256:12".to_owned(), DigestError::Length),
            (format!("sha512:{digits}"), DigestError::Length),
            (format!("sha256:{digits}{digits}"), DigestError::Length),
            (format!("sha256:{}", "z".repeat(64)), DigestError::Format),
            (format!("sha256:{}", digits.to_uppercase()), DigestError::Format),
            (format!("SHA256:{digits}"), DigestError::Format),
            (format!("md5:{digits}"), DigestError::Algorithm),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<Digest>(), Err(error), "{text}");
        }
    }
}
