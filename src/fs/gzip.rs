//! gzip with fixed parameters, so that the same tar always has the same
//! compressed digest. The header is that of docker's layers: no name, no
//! time, operating system 255. The stream is cut into blocks of a fixed size
//! that are deflated each on its own, so that several threads can do it and
//! nobody can tell afterwards how many there were.
//! <https://www.rfc-editor.org/rfc/rfc1952>

use std::io::{self, Write};

use flate2::{Compress, Compression, Crc, FlushCompress};

use crate::host::{Job, Share, in_turn};
use crate::oci::{Digest, Verifier};

/// Magic, deflate, no flags, no time, no hint, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// Uncompressed bytes of a block. Each one begins without a memory of what
/// came before: at this size files of `/usr` become 0.2 % larger by it, at a
/// quarter of it 0.8 %.
const BLOCK: usize = 512 << 10;
/// Blocks that wait for each other: enough for the threads of a usual machine.
const BATCH: usize = 16;
/// Between size and time; what gzip and docker take.
const LEVEL: Compression = Compression::new(6);

/// `bytes`, compressed.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let compressed = Gzip::new(Vec::new(), &in_turn).and_then(|mut gzip| {
        gzip.write_all(bytes)?;
        gzip.finish()
    });
    compressed.expect("a Vec takes every byte").0
}

/// Compresses what is written to it into `sink`.
pub(super) struct Gzip<'a, W> {
    sink: W,
    share: Share<'a>,
    /// What is not deflated yet, at most a batch.
    pending: Vec<u8>,
    /// What is not written yet: that is done while the next batch is deflated.
    ready: Vec<Block>,
    checksum: Crc,
    digest: Verifier,
    taken: u64,
}

/// One block, deflated.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    checksum: Crc,
}

impl<'a, W: Write + Send> Gzip<'a, W> {
    /// Begins a stream; `share` deflates its blocks.
    pub fn new(mut sink: W, share: Share<'a>) -> io::Result<Self> {
        sink.write_all(&HEADER)?;
        let (pending, ready) = (Vec::new(), Vec::new());
        Ok(Self { sink, share, pending, ready, checksum: Crc::new(), digest: Verifier::default(), taken: 0 })
    }

    /// Ends the stream; also says the digest and the number of the bytes that went into it.
    pub fn finish(mut self) -> io::Result<(W, Digest, u64)> {
        self.deflate(true)?;
        write(&self.ready, &mut self.sink)?;
        self.sink.write_all(&self.checksum.sum().to_le_bytes())?;
        self.sink.write_all(&self.checksum.amount().to_le_bytes())?;
        Ok((self.sink, self.digest.finish(), self.taken))
    }

    /// Deflates and hashes what waits, and writes what was deflated before.
    fn deflate(&mut self, last: bool) -> io::Result<()> {
        let (pending, digest) = (self.pending.as_slice(), &mut self.digest);
        let (ready, sink) = (self.ready.as_slice(), &mut self.sink);
        let mut written = Ok(());
        let count = pending.len().div_ceil(BLOCK).max(1);
        let mut blocks: Vec<Block> = (0..count).map(|_| Block::default()).collect();
        let mut jobs: Vec<Job<'_>> =
            vec![Box::new(|| digest.update(pending)), Box::new(|| written = write(ready, sink))];
        for (at, block) in blocks.iter_mut().enumerate() {
            let piece = &pending[at * BLOCK..pending.len().min((at + 1) * BLOCK)];
            jobs.push(Box::new(move || *block = Block::of(piece, last && at + 1 == count)));
        }
        (self.share)(jobs);
        for block in &blocks {
            self.checksum.combine(&block.checksum);
        }
        self.ready = blocks;
        self.pending.clear();
        written
    }
}

impl<W: Write + Send> Write for Gzip<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full batch waits until more comes, for its last block may be that of the stream.
        if self.pending.len() == BLOCK * BATCH && !bytes.is_empty() {
            self.deflate(false)?;
        }
        let taken = bytes.len().min(BLOCK * BATCH - self.pending.len());
        self.pending.extend_from_slice(&bytes[..taken]);
        self.taken += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A block that is cut short would give other bytes.
        Ok(())
    }
}

fn write(blocks: &[Block], sink: &mut impl Write) -> io::Result<()> {
    blocks.iter().try_for_each(|block| sink.write_all(&block.bytes))
}

impl Block {
    /// A block that is not the last ends at a whole byte, where the next one can begin.
    fn of(piece: &[u8], last: bool) -> Self {
        let mut compress = Compress::new(LEVEL, false);
        let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
        // Deflate stores what it cannot compress, at five bytes for every 64 KiB at worst.
        let mut bytes = Vec::with_capacity(piece.len() + piece.len() / 1_000 + 64);
        compress.compress_vec(piece, &mut bytes, flush).expect("deflate takes every byte");
        assert_eq!(compress.total_in(), piece.len() as u64, "the room is enough for the whole block");
        let mut checksum = Crc::new();
        checksum.update(piece);
        Self { bytes, checksum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::decompressed;

    /// Bytes that neither repeat nor are noise.
    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at * at % 251 % 61).expect("small")).collect()
    }

    #[test]
    fn the_header_is_that_of_dockers_layers() {
        assert_eq!(gzip(b"x")[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    }

    #[test]
    fn any_number_of_blocks_is_one_stream() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, BLOCK * BATCH, BLOCK * BATCH + 1] {
            let whole = text(length);
            assert!(decompressed(&gzip(&whole)).expect("whole") == whole, "{length}");
        }
    }

    #[test]
    fn neither_the_order_of_the_jobs_nor_the_size_of_the_writes_can_be_seen() {
        let whole = text(3 * BLOCK + 5);
        let backwards = |jobs: Vec<Job<'_>>| in_turn(jobs.into_iter().rev().collect());
        let mut gzip_backwards = Gzip::new(Vec::new(), &backwards).expect("a Vec");
        for piece in whole.chunks(1_000) {
            gzip_backwards.write_all(piece).expect("a Vec");
        }
        let (bytes, digest, size) = gzip_backwards.finish().expect("a Vec");
        assert!(bytes == gzip(&whole));
        assert_eq!((digest, size), (Digest::of(&whole), whole.len() as u64));
    }
}
