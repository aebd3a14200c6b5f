//! gzip with fixed parameters, so that the same tar always has the same
//! compressed digest. The header is that of docker's layers: no name, no
//! time, operating system 255.

use std::io::{Read, Write};

use flate2::bufread::MultiGzDecoder;
use flate2::{Compression, GzBuilder};

use crate::limits;

const UNKNOWN_SYSTEM: u8 = 255;

/// A compressed layer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GzipError {
    /// The bytes are not gzip, or are cut or damaged.
    #[error("gzip: {source}")]
    Invalid {
        /// What the decoder says.
        #[from]
        source: std::io::Error,
    },
    /// More comes out than a layer may hold.
    #[error("gzip: more than {limit} bytes come out")]
    TooLarge {
        /// The bound, in bytes.
        limit: u64,
    },
}

/// `bytes`, compressed.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let builder = GzBuilder::new().operating_system(UNKNOWN_SYSTEM);
    let mut encoder = builder.write(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).expect("a Vec takes every byte");
    encoder.finish().expect("a Vec takes every byte")
}

/// `bytes`, decompressed, up to the limit of a layer.
pub fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, GzipError> {
    let limit = limits::LAYER_BYTES;
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut out)?;
    if out.len() as u64 > limit {
        return Err(GzipError::TooLarge { limit });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_that_of_dockers_layers() {
        assert_eq!(gzip(b"x")[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    }

    #[test]
    fn what_goes_in_comes_out_and_damage_is_refused() {
        let bytes = gzip(b"layer");
        assert_eq!(gunzip(&bytes).expect("whole"), b"layer");
        assert!(gunzip(&bytes[..bytes.len() - 3]).is_err());
        assert!(gunzip(b"not gzip").is_err());
    }
}
