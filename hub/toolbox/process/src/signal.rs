//! Signals by name.

/// `SIGINT`, which is Ctrl-C.
pub const INTERRUPT: u8 = 2;
/// `SIGPIPE`, which ends who writes where nobody reads.
pub const BROKEN_PIPE: u8 = 13;
/// `SIGTERM`, which asks to end.
pub const TERMINATE: u8 = 15;
/// The highest number of a signal.
const LAST: u8 = 64;
/// The names at their numbers, as on Linux; 0 is the end of the shell.
const NAMES: [&str; 32] = [
    "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
    "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
    "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// The name of a signal, without `SIG`.
#[must_use]
pub fn name(number: u8) -> Option<&'static str> {
    NAMES.get(usize::from(number)).copied()
}

/// The number that a name or a number means.
#[must_use]
pub fn number(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse() {
        return (number <= LAST).then_some(number);
    }
    let upper = text.to_ascii_uppercase();
    let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
    let at = NAMES.iter().position(|known| *known == bare)?;
    u8::try_from(at).ok()
}

/// All names but that of the end.
#[must_use]
pub fn names() -> &'static [&'static str] {
    &NAMES[1..]
}
