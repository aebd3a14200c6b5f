//! `BuildKit`'s names for things without a digest: 25 random characters of
//! `0-9a-z`, which carry no meaning.

use crate::host::Host;

const LENGTH: usize = 25;
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// A fresh name.
pub(super) fn new(host: &mut dyn Host) -> String {
    let mut bytes = [0; LENGTH * 2];
    host.random(&mut bytes);
    let digit = |pair: &[u8]| {
        let number = usize::from(pair[0]) << 8 | usize::from(pair[1]);
        char::from(ALPHABET[number % ALPHABET.len()])
    };
    bytes.chunks_exact(2).map(digit).collect()
}
