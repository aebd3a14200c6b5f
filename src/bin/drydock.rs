//! The native command.

use std::process::ExitCode;

fn main() -> ExitCode {
    drydock::native::main()
}
