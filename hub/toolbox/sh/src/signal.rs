//! Signals by name.

/// `SIGPIPE`, which ends who writes where nobody reads.
pub(crate) const BROKEN_PIPE: u8 = 13;
/// The names at their numbers, as on Linux; 0 is the end of the shell.
const NAMES: [&str; 32] = [
    "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
    "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
    "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// The name of a signal, without `SIG`.
pub(crate) fn name(number: u8) -> Option<&'static str> {
    NAMES.get(usize::from(number)).copied()
}

/// The number that a name or a number means.
pub(crate) fn number(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse() {
        return (number <= 64).then_some(number);
    }
    let upper = text.to_ascii_uppercase();
    let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
    let at = NAMES.iter().position(|known| *known == bare)?;
    u8::try_from(at).ok()
}

/// All names but that of the end.
pub(crate) fn names() -> &'static [&'static str] {
    &NAMES[1..]
}
