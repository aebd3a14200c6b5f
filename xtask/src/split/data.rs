//! Which data goes where: a text or a table that no function of the primary
//! can reach goes with those that can.

use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{CodeSection, Instruction};
use wasmparser::{FunctionBody, MemArg, Operator};

use super::Functions;
use super::anatomy::Anatomy;
use super::objects::{self, Objects, Place};
use crate::failure::Outcome;

/// What one more segment takes, in bytes: less is not worth moving.
const SEGMENT: usize = 12;

/// Bytes with the address they are put at.
pub type Segment = (u32, Vec<u8>);

/// What the memory holds when a module starts, in two.
#[derive(Default)]
pub struct Data {
    /// What is there from the start.
    pub primary: Vec<Segment>,
    /// What comes with the deferred part.
    pub deferred: Vec<Segment>,
}

impl Data {
    /// Cuts a module's data. `hot` are the functions that the primary keeps.
    pub fn cut(anatomy: &Anatomy<'_>, objects: &Objects, hot: &Functions) -> Outcome<Self> {
        let mut constants = Vec::new();
        for function in hot.iter().filter(|function| **function >= anatomy.imported) {
            constants.extend(constants_of(anatomy.body(*function))?);
        }
        let moved = unreached(objects, constants);
        let mut data = Self::default();
        for segment in anatomy.data.clone().into_iter().flatten() {
            let segment = segment?;
            data.divide(objects::address(&segment.kind)?, segment.data, &moved);
        }
        Ok(data)
    }

    /// Divides a segment: what lies in one of these places moves.
    fn divide(&mut self, start: u32, bytes: &[u8], moved: &[Place]) {
        let at = |address: u32| (address.saturating_sub(start) as usize).min(bytes.len());
        let mut from = 0;
        let mut put = |segments: &mut Vec<Segment>, end: usize| {
            if from < end {
                let address = start + u32::try_from(from).expect("a memory has addresses of 32 bits");
                segments.push((address, bytes[from..end].to_vec()));
                from = end;
            }
        };
        for place in moved {
            put(&mut self.primary, at(place.start));
            put(&mut self.deferred, at(place.end));
        }
        put(&mut self.primary, bytes.len());
    }
}

/// The places of what no such address leads to.
fn unreached(objects: &Objects, addresses: Vec<u32>) -> Vec<Place> {
    let mut cold = vec![true; objects.place.len()];
    for object in objects.reached(addresses) {
        let place = objects.place(object);
        cold[(place.start - objects.place.start) as usize..(place.end - objects.place.start) as usize].fill(false);
    }
    let mut moved = Vec::new();
    let mut start = objects.place.start;
    for run in cold.chunk_by(|one, next| one == next) {
        let end = start + u32::try_from(run.len()).expect("a memory has addresses of 32 bits");
        if run[0] && run.len() > SEGMENT {
            moved.push(start..end);
        }
        start = end;
    }
    moved
}

/// The numbers that stand in a function: addresses are among them.
fn constants_of(body: FunctionBody<'_>) -> Outcome<Vec<u32>> {
    let mut constants = Constants::default();
    constants.parse_function_body(&mut CodeSection::new(), body)?;
    Ok(constants.0)
}

/// Collects them while a function is read.
#[derive(Default)]
struct Constants(Vec<u32>);

impl Reencode for Constants {
    type Error = std::convert::Infallible;

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, reencode::Error> {
        match operator {
            Operator::I32Const { value } => self.0.push(value.cast_unsigned()),
            // Either half may be one.
            Operator::I64Const { value } => {
                self.0.extend(value.to_le_bytes().as_chunks().0.iter().map(|half| u32::from_le_bytes(*half)));
            }
            _ => {}
        }
        utils::instruction(self, operator)
    }

    fn mem_arg(&mut self, access: MemArg) -> Result<wasm_encoder::MemArg, reencode::Error> {
        self.0.extend(u32::try_from(access.offset));
        utils::mem_arg(self, access)
    }
}
