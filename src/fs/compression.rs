//! Layers and archives as they were before somebody compressed them. Which way
//! it was done is seen at their beginning, as docker does.
//! <https://github.com/moby/go-archive/blob/main/compression/compression_detect.go>

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::host::{Host, Kept};
use crate::limits;

/// Bytes that are read at once.
const PIECE: usize = 512 << 10;
/// As many bytes as the longest mark of a compression has.
const MARK: usize = 6;

/// A way to make bytes fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// What `bzip2` writes.
    Bzip2,
    /// What `xz` writes.
    Xz,
    /// RFC 8878.
    Zstd,
}

/// A compressed layer or archive could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CompressionError {
    /// The bytes are cut or damaged.
    #[error("{name}: {source}")]
    Invalid {
        /// How they are compressed.
        name: &'static str,
        /// What the decoder says.
        source: io::Error,
    },
    /// More comes out than a layer may hold.
    #[error("{name}: more than {limit} bytes come out")]
    TooLarge {
        /// How they are compressed.
        name: &'static str,
        /// The bound, in bytes.
        limit: u64,
    },
}

impl Compression {
    /// How bytes that begin with `start` are compressed; none if they are not.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // A frame, or one that is to be skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The name of the tool that does it.
    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// What `source` was before; boxed, so that each decoder is compiled once.
    fn undone<'a>(self, source: Box<dyn BufRead + 'a>) -> Box<dyn Read + 'a> {
        match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(source)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(source)),
            Self::Xz => Box::new(XzReader::new_mem_limit(source, true, limits::DECODER_KIBIBYTES)),
            Self::Zstd => Box::new(Frames::of(source)),
        }
    }
}

/// `bytes` as they were before compression, if they are compressed, up to the limit of a layer.
pub fn decompressed(bytes: &[u8]) -> Result<Cow<'_, [u8]>, CompressionError> {
    decompressed_within(bytes, limits::LAYER_BYTES)
}

/// The same up to another limit, in bytes.
pub fn decompressed_within(bytes: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, CompressionError> {
    let Some(compression) = Compression::of(bytes) else { return Ok(bytes.into()) };
    let name = compression.name();
    let mut out = Vec::new();
    let read = compression.undone(Box::new(bytes)).take(limit + 1).read_to_end(&mut out);
    read.map_err(|source| CompressionError::Invalid { name, source })?;
    if out.len() as u64 > limit {
        return Err(CompressionError::TooLarge { name, limit });
    }
    Ok(out.into())
}

/// As [`decompressed`], but what comes out lies with the host if it is much, up to the largest blob that it takes.
pub fn undone(bytes: &Kept, host: &mut dyn Host) -> Result<Kept, CompressionError> {
    let unreadable = |source| CompressionError::Invalid { name: "read", source };
    let mut start = Vec::new();
    bytes.open().and_then(|reader| reader.take(MARK as u64).read_to_end(&mut start)).map_err(unreadable)?;
    let Some(compression) = Compression::of(&start) else { return Ok(bytes.clone()) };
    let (name, limit) = (compression.name(), host.blob_limit());
    let invalid = |source| CompressionError::Invalid { name, source };
    let reader = BufReader::with_capacity(PIECE, bytes.open().map_err(invalid)?);
    let mut source = compression.undone(Box::new(reader)).take(limit + 1);
    let mut few = Vec::new();
    source.by_ref().take(limits::UNDONE_BYTES).read_to_end(&mut few).map_err(invalid)?;
    if (few.len() as u64) < limits::UNDONE_BYTES {
        return Ok(Kept::Memory(few.into()));
    }
    let mut much = host.ingest().map_err(invalid)?;
    much.write_all(&few).map_err(invalid)?;
    drop(few);
    let more = io::copy(&mut source, &mut much).map_err(invalid)?;
    if limits::UNDONE_BYTES + more > limit {
        return Err(CompressionError::TooLarge { name, limit });
    }
    much.hold().map_err(invalid)
}

/// As [`decompressed`], read in pieces and without a limit.
pub fn uncompressed<'a>(mut bytes: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut start = Vec::new();
    bytes.by_ref().take(MARK as u64).read_to_end(&mut start)?;
    let compression = Compression::of(&start);
    let whole = Cursor::new(start).chain(bytes);
    Ok(match compression {
        Some(compression) => compression.undone(Box::new(BufReader::with_capacity(PIECE, whole))),
        None => Box::new(whole),
    })
}

/// zstd is a series of frames, some of which are to be skipped.
struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
}

impl<R: BufRead> Frames<R> {
    fn of(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(u64::from(limits::DECODER_KIBIBYTES) << 10);
        Self { source, decoder }
    }

    /// Goes on to the next frame with contents; false if there is none.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut self.source.by_ref().take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    /// Holds what came out of a frame against the checksum at its end, if it has one.
    fn check(&self) -> io::Result<()> {
        let told = self.decoder.get_checksum_from_data();
        if told.is_some() && told != self.decoder.get_calculated_checksum() {
            return Err(io::Error::other("the checksum of a frame does not match"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 {
            if !self.decoder.is_finished() {
                let block = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, block).map_err(io::Error::other)?;
                continue;
            }
            self.check()?;
            if !self.begin()? {
                return Ok(0);
            }
        }
        self.decoder.read(piece)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

    use super::*;
    use crate::fs::gzip;

    /// `printf 'a layer\n'`, by each tool itself; zstd with its checksum.
    const BY_TOOLS: [(Compression, &str); 3] = [
        (Compression::Bzip2, "QlpoOTFBWSZTWflK4rYAAAFRgAAQQAAiBBAgIAAxDAEGm0HohCi7kinChIfKVxWw"),
        (Compression::Xz, "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAHYSBsYXllcgoA7m1Rg/S5wZkAASAIuxnZux+2830BAAAAAARZWg=="),
        (Compression::Zstd, "KLUv/QRYQQAAYSBsYXllcgr/XE8k"),
    ];
    /// A frame that zstd's readers skip, of three bytes.
    const SKIPPED: &[u8] = b"\x50\x2a\x4d\x18\x03\0\0\0xyz";

    /// One of each kind that says `a layer`.
    fn samples() -> Vec<(Compression, Vec<u8>)> {
        let by_tools = BY_TOOLS.map(|(kind, text)| (kind, BASE64_STANDARD.decode(text).expect("base64")));
        by_tools.into_iter().chain([(Compression::Gzip, gzip(b"a layer\n"))]).collect()
    }

    #[test]
    fn what_each_tool_made_is_undone_whole_and_in_pieces() {
        for (kind, bytes) in samples() {
            assert_eq!(Compression::of(&bytes), Some(kind));
            assert_eq!(*decompressed(&bytes).expect("whole"), *b"a layer\n", "{kind:?}");
            let mut out = Vec::new();
            uncompressed(&bytes[..]).and_then(|mut read| read.read_to_end(&mut out)).expect("whole");
            assert_eq!(out, b"a layer\n", "{kind:?}");
        }
        assert_eq!(*decompressed(b"a layer\n").expect("as it is"), *b"a layer\n");
    }

    #[test]
    fn one_after_the_other_is_one_stream() {
        for (kind, bytes) in samples() {
            let skipped = if kind == Compression::Zstd { SKIPPED } else { &[] };
            let twice = [skipped, &bytes, skipped, &bytes, skipped].concat();
            assert_eq!(*decompressed(&twice).expect("whole"), *b"a layer\na layer\n", "{kind:?}");
        }
    }

    #[test]
    fn what_is_cut_or_damaged_is_refused() {
        for (kind, bytes) in samples() {
            for length in MARK..bytes.len() {
                assert!(decompressed(&bytes[..length]).is_err(), "{kind:?} cut to {length}");
            }
            let mut damaged = bytes.clone();
            damaged[bytes.len() - 6] ^= 1;
            let error = decompressed(&damaged).expect_err("damaged").to_string();
            assert!(error.starts_with(kind.name()), "{error}");
        }
    }
}
