//! The browser's own WebAssembly engine, lent to the interpreter: it compiles
//! a program for the machine. A program must be left in the middle and gone on
//! with later, which needs `WebAssembly.Suspending` (JSPI); where a browser
//! lacks it, the interpreter runs everything. `www/engine.js` is the part of
//! this that must be JavaScript.

use std::rc::{Rc, Weak};

use js_sys::{Array, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;

use crate::runtime::{Compiled, Desk, Lender, Lent, Request, Resumed};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = drydock_engine, js_name = Lent)]
    #[derive(Clone)]
    type Guest;

    #[wasm_bindgen(catch, constructor, js_namespace = drydock_engine, js_class = "Lent")]
    fn new(module: &WebAssembly::Module, ask: &JsValue) -> Result<Guest, JsValue>;

    /// Suspends us until the program halts: `xtask/src/suspend.rs` sees to it.
    #[wasm_bindgen(method, js_class = "Lent")]
    fn resume(this: &Guest, answer: i32) -> i32;

    #[wasm_bindgen(method, getter, js_class = "Lent")]
    fn fuel(this: &Guest) -> u32;

    #[wasm_bindgen(method, setter, js_class = "Lent")]
    fn set_fuel(this: &Guest, fuel: u32);

    #[wasm_bindgen(method, getter, js_class = "Lent")]
    fn memory(this: &Guest) -> Option<WebAssembly::Memory>;
}

/// What [`Guest::resume`] answers for a program that waits, and for one that came to its end.
const WAITS: i32 = 0;
const FINISHED: i32 = 1;

/// The browser's engine.
#[derive(Debug)]
pub struct Browser;

struct Module(WebAssembly::Module);

impl Browser {
    /// Whether a program on it can be suspended.
    pub fn suspends() -> bool {
        let engine = js_sys::Reflect::get(&js_sys::global(), &"WebAssembly".into());
        engine.and_then(|engine| js_sys::Reflect::has(&engine, &"Suspending".into())).unwrap_or(false)
    }
}

impl Lender for Browser {
    fn compile(&self, module: &[u8]) -> Option<Rc<dyn Compiled>> {
        let module = WebAssembly::Module::new(&Uint8Array::from(module)).ok()?;
        Some(Rc::new(Module(module)))
    }
}

impl Compiled for Module {
    fn instantiate(&self, desk: Weak<Desk>) -> Option<Rc<dyn Lent>> {
        let ask = Closure::<dyn FnMut(Guest, String, Array) -> Option<i32>>::new(
            move |guest: Guest, name: String, given: Array| desk.upgrade()?.ask(&guest, request(&name, &given)),
        );
        Some(Rc::new(Guest::new(&self.0, &ask.into_js_value()).ok()?))
    }
}

/// What the import of this name asks with these arguments.
fn request(name: &str, given: &Array) -> Request {
    let first = number(&given.get(0));
    match name {
        "pause" => Request::Pause(low(first)),
        "grow" => Request::Grow(low(first)),
        name => match name.parse() {
            Ok(call) => {
                let mut arguments = [0; 9];
                for (place, argument) in arguments.iter_mut().zip(given.iter()) {
                    *place = number(&argument);
                }
                Request::Call(call, arguments)
            }
            Err(_) => Request::Lost,
        },
    }
}

/// A number of 32 bits, or one of 64, which JavaScript has as a `BigInt`.
#[expect(clippy::cast_possible_truncation, reason = "a number of a program has 32 bits")]
fn number(value: &JsValue) -> u64 {
    match value.as_f64() {
        Some(number) => u64::from((number as i64 as i32).cast_unsigned()),
        None => i64::try_from(value.clone()).map_or(0, i64::cast_unsigned),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it was a number of 32 bits")]
fn low(number: u64) -> u32 {
    number as u32
}

impl Guest {
    /// A piece of its memory; all of it is there.
    fn bytes(&self, at: usize, len: usize) -> Option<Uint8Array> {
        let (at, len) = (u32::try_from(at).ok()?, u32::try_from(len).ok()?);
        Some(Uint8Array::new_with_byte_offset_and_length(&self.memory()?.buffer(), at, len))
    }
}

impl Lent for Guest {
    fn resume(&self, answer: i32) -> Resumed {
        match Guest::resume(self, answer) {
            WAITS => Resumed::Waits,
            FINISHED => Resumed::Finished,
            _ => Resumed::Broke,
        }
    }

    fn fuel(&self) -> u32 {
        Guest::fuel(self)
    }

    fn set_fuel(&self, fuel: u32) {
        Guest::set_fuel(self, fuel);
    }

    fn memory_bytes(&self) -> usize {
        let buffer = self.memory().map(|memory| memory.buffer());
        buffer.map_or(0, |buffer| buffer.unchecked_into::<js_sys::ArrayBuffer>().byte_length() as usize)
    }

    fn read(&self, at: usize, bytes: &mut [u8]) {
        if let Some(memory) = self.bytes(at, bytes.len()) {
            memory.copy_to(bytes);
        }
    }

    fn write(&self, at: usize, bytes: &[u8]) {
        if let Some(memory) = self.bytes(at, bytes.len()) {
            memory.copy_from(bytes);
        }
    }
}
