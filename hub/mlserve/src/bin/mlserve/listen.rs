//! The port. A program for WASI preview 1 can open none: it finds it open.

use std::net::TcpListener;

/// Opens a port of this machine.
#[cfg(not(target_os = "wasi"))]
pub fn open(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind(("0.0.0.0", port)).map_err(|error| format!("port {port}: {error}"))
}

/// The first descriptor that is open beforehand.
#[cfg(target_os = "wasi")]
const FIRST: i32 = 3;

/// Takes the port that was opened for us, the way systemd hands it over: `LISTEN_FDS` says how many
/// there are, `LISTEN_FDNAMES` which.
#[cfg(target_os = "wasi")]
#[expect(unsafe_code, reason = "a number says nothing of who owns it")]
pub fn open(port: u16) -> Result<TcpListener, String> {
    use std::os::fd::FromRawFd;
    let variable = |name| std::env::var(name).unwrap_or_default();
    let count = variable("LISTEN_FDS").parse::<i32>().unwrap_or(0);
    let names = variable("LISTEN_FDNAMES");
    let at = names.split(':').position(|name| name == port.to_string());
    let at = at
        .and_then(|at| i32::try_from(at).ok())
        .filter(|at| *at < count);
    let at = at.ok_or_else(|| {
        format!("port {port} is not open: it wants `EXPOSE {port}` in the image, or `docker run -p {port}:{port}`")
    })?;
    // SAFETY: whoever started us opened it for us alone.
    Ok(unsafe { TcpListener::from_raw_fd(FIRST + at) })
}
