//! Which function goes where.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::TableType;

use super::Functions;
use super::anatomy::Anatomy;
use crate::failure::Outcome;

/// Functions are named by their index in the whole module.
pub struct Plan {
    /// The functions of the deferred part.
    pub cold: Functions,
    /// The slots of the table through which the primary reaches some of them: each has a stub.
    pub stubs: BTreeMap<u32, u32>,
    /// All slots that the deferred part fills, and with what.
    pub slots: BTreeMap<u32, u32>,
    /// How many slots there are.
    size: u32,
    /// The functions of the primary that the deferred part calls.
    pub shared: Functions,
    /// What the primary defines, in its order: what it keeps, then the stubs, like beside like, which packs best.
    pub primary: Vec<u32>,
    /// Indexes in the primary.
    pub kept: BTreeMap<u32, u32>,
    /// Indexes in the deferred part.
    pub moved: BTreeMap<u32, u32>,
}

impl Plan {
    /// Keeps what is hot, and moves the rest.
    pub fn new(anatomy: &Anatomy<'_>, hot: &Functions) -> Outcome<Self> {
        let cold: Functions = anatomy.defined().filter(|function| !hot.contains(function)).collect();
        let (called, shared) = across(anatomy, &cold)?;
        let mut slots: BTreeMap<u32, u32> = anatomy.slots.clone();
        slots.retain(|_, function| cold.contains(function));
        let mut stubs: BTreeMap<u32, u32> = slots.iter().map(|(slot, function)| (*function, *slot)).collect();
        let mut size = anatomy.slots.last_key_value().map_or(0, |(last, _)| last + 1);
        for function in called {
            stubs.entry(function).or_insert_with(|| {
                slots.insert(size, function);
                size += 1;
                size - 1
            });
        }
        let alike = |(function, slot): (&u32, &u32)| (anatomy.functions[*function as usize], *slot, *function);
        let last: BTreeSet<(u32, u32, u32)> = stubs.iter().map(alike).collect();
        let first = anatomy.defined().filter(|function| hot.contains(function));
        let primary: Vec<u32> = first.chain(last.into_iter().map(|(_, _, function)| function)).collect();
        let kept = (0..anatomy.imported).chain(primary.iter().copied()).zip(0..).collect();
        let moved = shared.iter().chain(&cold).copied().zip(0..).collect();
        Ok(Self { cold, stubs, slots, size, shared, primary, kept, moved })
    }

    /// A table as both parts have it: the first has room for the stubs' slots.
    pub fn table(&self, index: u32, mut table: TableType) -> TableType {
        if index == 0 {
            table.minimum = table.minimum.max(self.size.into());
            table.maximum = table.maximum.map(|maximum| maximum.max(table.minimum));
        }
        table
    }
}

/// The cold functions that are called from outside of them, and the others that they call.
fn across(anatomy: &Anatomy<'_>, cold: &Functions) -> Outcome<(Functions, Functions)> {
    let exported = anatomy.exported_functions().map(|export| export.index);
    let mut called: Functions = exported.chain(anatomy.start).filter(|function| cold.contains(function)).collect();
    let mut shared = Functions::new();
    for (function, body) in anatomy.defined().zip(&anatomy.bodies) {
        for other in Anatomy::called(body)? {
            match (cold.contains(&function), cold.contains(&other)) {
                (false, true) => called.insert(other),
                (true, false) => shared.insert(other),
                _ => false,
            };
        }
    }
    Ok((called, shared))
}
