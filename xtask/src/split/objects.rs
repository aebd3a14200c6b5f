//! What the linker says of constant data: which objects there are, texts and
//! tables, and what points to which. Whatever made the code smaller since then
//! moved none of them. The sections are those of
//! <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{
    CustomSectionReader, DataKind, DataSectionReader, DefinedDataSymbol, KnownCustom, Linking, Operator, Parser,
    Payload, RelocSectionReader, RelocationType, SymbolInfo,
};

use super::unknown;
use crate::failure::Outcome;

/// Bytes of the memory, by their addresses.
pub type Place = Range<u32>;

/// The segment that nobody changes.
const CONSTANT: &str = ".rodata";
/// The relocations of each section.
const OF_CODE: &str = "reloc.CODE";
const OF_DATA: &str = "reloc.DATA";

/// The objects of the constant segment, each named by the address at which it begins.
#[derive(Default)]
pub struct Objects {
    /// Where the segment is.
    pub place: Place,
    /// Where each ends.
    ends: BTreeMap<u32, u32>,
    /// The objects that code means by an address. That need not lie within them: a loop may begin before a table.
    meant: BTreeMap<u32, BTreeSet<u32>>,
    /// The objects that each points to.
    held: BTreeMap<u32, BTreeSet<u32>>,
    /// Those that data points to which may change.
    lent: BTreeSet<u32>,
}

impl Objects {
    /// Reads a module as it was linked, with its relocations.
    pub fn read(module: &[u8]) -> Outcome<Self> {
        let mut linked = Linked::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::DataSection(section) => linked.read_data(section)?,
                Payload::CustomSection(section) => linked.read_custom(&section)?,
                _ => {}
            }
        }
        linked.objects()
    }

    /// Those that these addresses in code mean, those that changing data points to, and all that these point to.
    pub fn reached(&self, addresses: impl IntoIterator<Item = u32>) -> BTreeSet<u32> {
        let mut next: Vec<u32> = addresses.into_iter().flat_map(|address| self.meant_by(address)).collect();
        next.extend(&self.lent);
        let mut reached = BTreeSet::new();
        while let Some(object) = next.pop() {
            if reached.insert(object) {
                next.extend(self.held.get(&object).into_iter().flatten());
            }
        }
        reached
    }

    /// Where an object is.
    pub fn place(&self, object: u32) -> Place {
        object..self.ends.get(&object).copied().unwrap_or(object)
    }

    /// The object in which an address lies.
    fn holder(&self, address: u32) -> Option<u32> {
        let last = self.ends.range(..=address).next_back();
        last.filter(|_| self.place.contains(&address)).map(|(object, _)| *object)
    }

    /// A number that the linker did not write may still be an address.
    fn meant_by(&self, address: u32) -> BTreeSet<u32> {
        let within = || self.ends.range(..=address).next_back().filter(|(_, end)| address <= **end);
        let known = self.meant.get(&address).cloned();
        known.unwrap_or_else(|| within().map(|(object, _)| *object).into_iter().collect())
    }
}

/// What is read of a module, before it is put together.
#[derive(Default)]
struct Linked<'a> {
    /// Where in the data section each segment's bytes begin, with its address and the bytes.
    segments: Vec<(u32, u32, &'a [u8])>,
    names: Vec<&'a str>,
    /// Those of functions are none here.
    symbols: Vec<Option<DefinedDataSymbol>>,
    code: Option<RelocSectionReader<'a>>,
    data: Option<RelocSectionReader<'a>>,
}

impl<'a> Linked<'a> {
    fn read_data(&mut self, section: DataSectionReader<'a>) -> Outcome {
        let start = section.range().start;
        for segment in section {
            let segment = segment?;
            let begin = segment.range.end - segment.data.len() as u64 - start;
            self.segments.push((narrow(begin)?, address(&segment.kind)?, segment.data));
        }
        Ok(())
    }

    fn read_custom(&mut self, section: &CustomSectionReader<'a>) -> Outcome {
        match (section.name(), section.as_known()) {
            (_, KnownCustom::Linking(section)) => {
                for part in section.subsections() {
                    self.read_linking(part?)?;
                }
            }
            (OF_CODE, KnownCustom::Reloc(section)) => self.code = Some(section),
            (OF_DATA, KnownCustom::Reloc(section)) => self.data = Some(section),
            _ => {}
        }
        Ok(())
    }

    fn read_linking(&mut self, part: Linking<'a>) -> Outcome {
        match part {
            Linking::SymbolTable(symbols) => {
                for symbol in symbols {
                    self.symbols.push(match symbol? {
                        SymbolInfo::Data { symbol, .. } => symbol,
                        _ => None,
                    });
                }
            }
            Linking::SegmentInfo(segments) => {
                for segment in segments {
                    self.names.push(segment?.name);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn objects(&self) -> Outcome<Objects> {
        let constant = self.names.iter().position(|name| *name == CONSTANT);
        let (Some(constant), Some(code), Some(data)) = (constant, &self.code, &self.data) else {
            return Err(unknown("no word of the linker"));
        };
        let (_, start, bytes) = self.segments[constant];
        let size: u32 = narrow(bytes.len())?;
        let mut objects = Objects { place: start..start + size, ..Objects::default() };
        for object in self.symbols.iter().flatten().filter(|symbol| symbol.index as usize == constant) {
            let end = objects.ends.entry(start + object.offset).or_default();
            *end = (*end).max(start + object.offset + object.size);
        }
        for pointer in code.entries() {
            let pointer = pointer?;
            if let Some((object, address)) = self.pointer(constant, &pointer)? {
                objects.meant.entry(address).or_default().insert(object);
            }
        }
        for pointer in data.entries() {
            let pointer = pointer?;
            if let Some((object, address)) = self.pointer(constant, &pointer)? {
                match objects.holder(self.written(pointer.offset, address)?) {
                    Some(holder) => objects.held.entry(holder).or_default().insert(object),
                    None => objects.lent.insert(object),
                };
            }
        }
        Ok(objects)
    }

    /// The constant object that a relocation is about, and the address it writes.
    fn pointer(&self, constant: usize, pointer: &wasmparser::RelocationEntry) -> Outcome<Option<(u32, u32)>> {
        use RelocationType::{MemoryAddrI32, MemoryAddrLeb, MemoryAddrSleb};
        match self.symbols.get(pointer.index as usize) {
            Some(Some(symbol)) if matches!(pointer.ty, MemoryAddrLeb | MemoryAddrSleb | MemoryAddrI32) => {
                if symbol.index as usize != constant {
                    return Ok(None);
                }
                let object = self.segments[constant].1 + symbol.offset;
                Ok(Some((object, object.wrapping_add_signed(narrow(pointer.addend)?))))
            }
            Some(Some(_)) => Err(unknown("an address written in a way we do not read")),
            _ => Ok(None),
        }
    }

    /// The address of the word that a relocation has written into the data section; it must be what it says.
    fn written(&self, offset: u32, expected: u32) -> Outcome<u32> {
        let segment = self.segments.iter().rev().find(|(begin, ..)| *begin <= offset);
        let word = segment.and_then(|(begin, address, bytes)| {
            let word = bytes.get((offset - begin) as usize..)?.first_chunk()?;
            (u32::from_le_bytes(*word) == expected).then_some(address + offset - begin)
        });
        word.ok_or_else(|| unknown("an address that is not where the linker says"))
    }
}

/// Where a segment is put.
pub fn address(kind: &DataKind<'_>) -> Outcome<u32> {
    let DataKind::Active { memory_index: 0, offset_expr } = kind else {
        return Err(unknown("data that is not put into the first memory at the start"));
    };
    match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        _ => Err(unknown("data whose place is no constant")),
    }
}

/// A number in the width that addresses have.
fn narrow<From, To: TryFrom<From>>(number: From) -> Outcome<To> {
    To::try_from(number).map_err(|_| unknown("a number that is too large"))
}
