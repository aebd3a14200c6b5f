//! What goes wrong in the browser's hands, in the page's words: its rim says it
//! where no component is drawn, or hands it on as a reason.

use super::words;
use crate::limits;
use crate::text::units;

/// The rest of the page did not come when it was called for.
pub fn part_missing(reason: &str) -> String {
    words::a_part_of_this_page_could(reason)
}

/// What a learner can do about it.
pub fn reload() -> &'static str {
    words::reload_the_page()
}

/// A file could not be offered.
pub fn not_downloaded(name: &str) -> String {
    words::the_browser_refused_to_download(name)
}

/// A file is larger than a machine takes.
pub fn too_large(name: &str) -> String {
    words::is_too_large(name, &units::size(limits::MACHINE_BYTES))
}

/// A file could not be read.
pub fn unreadable(name: &str) -> String {
    words::could_not_be_read(name)
}

/// The worker said what no worker says.
pub fn unknown_tell(error: &str) -> String {
    words::it_said_something_unknown(error)
}

/// The worker did not even begin.
pub fn no_script() -> String {
    words::its_script_could_not_be_loaded().to_owned()
}
