//! `drydock save`: an image leaves the lab as a file that other tools read.

use std::path::Path;

use super::NativeError;
use super::options::Save;
use super::runner::Runner;
use super::screen::Screen;

/// Runs the lines, then writes the image; a failed line ends it with its exit code.
pub fn run(options: &Save) -> Result<i32, NativeError> {
    let mut runner = Runner::open(&options.lab, Screen::real(None), false)?;
    if runner.code() != 0 {
        return Ok(runner.code());
    }
    write(&mut runner, &options.image, &options.output)?;
    Ok(0)
}

/// Writes the archive of `image` to the real disk.
pub fn write(runner: &mut Runner, image: &str, output: &Path) -> Result<(), NativeError> {
    let bytes = runner.export(image)?;
    std::fs::write(output, bytes).map_err(NativeError::file(output))
}
