#![no_main]

#[allow(dead_code, reason = "every target takes one of the checks")]
#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::calls(bytes));
