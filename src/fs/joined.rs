//! Contents one after the other, as if they were one. Nothing is copied, so an
//! archive costs no more than its headers.

use std::io::{self, Read};
use std::sync::Arc;

use super::Content;
use crate::host::{Lent, Reader};

/// The pieces, in order.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pieces: Vec<Content>,
}

impl Joined {
    pub(super) fn push(&mut self, piece: Content) {
        if piece.size() > 0 {
            self.pieces.push(piece);
        }
    }
}

impl From<Joined> for Content {
    fn from(joined: Joined) -> Self {
        Self::Lent(Arc::new(joined))
    }
}

impl Lent for Joined {
    fn size(&self) -> u64 {
        self.pieces.iter().map(Content::size).sum()
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let mut through = Through { rest: &self.pieces, open: None };
        io::copy(&mut through.by_ref().take(offset), &mut io::sink())?;
        Ok(Box::new(through))
    }
}

/// Reads piece after piece.
struct Through<'a> {
    rest: &'a [Content],
    open: Option<Reader<'a>>,
}

impl Read for Through<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(reader) = &mut self.open {
                let read = reader.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
            }
            let Some((next, rest)) = self.rest.split_first() else { return Ok(0) };
            self.open = Some(next.open()?);
            self.rest = rest;
        }
    }
}
