//! `docker version`: the structure of docker's own, and honest about who answers.

use serde_json::{Value, json};

use super::{API, BEHAVES_LIKE, LEAST_API, client, product};
use crate::cli::docker::FORMAT_INSPECT;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::oci::Platform;
use crate::template::{Shape, Template, View};
use crate::text::aligned;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["version"],
    usage: "[OPTIONS]",
    about: "Show the Docker version information",
    arguments: Arguments::None,
    flags: &[Flag::value("format", Some('f'), FORMAT_INSPECT)],
    run,
};

/// How templates see it.
const SHAPE: Shape = Shape {
    view: View::Document,
    types: &[
        ("", "system.versionInfo"),
        ("/Client", "system.clientVersion"),
        ("/Server", "*system.serverVersion"),
        ("/Server/Components/0", "system.ComponentVersion"),
    ],
    maps: &["/Server/Components/0/Details"],
    omitted: &[
        ("/Client", "GitCommit", "\"\""),
        ("/Client", "GoVersion", "\"\""),
        ("/Client", "BuildTime", "\"\""),
        ("/Server", "GitCommit", "\"\""),
        ("/Server", "GoVersion", "\"\""),
        ("/Server", "KernelVersion", "\"\""),
        ("/Server", "Experimental", "false"),
        ("/Server", "BuildTime", "\"\""),
    ],
};

/// The exit code of a template that cannot be read.
const USAGE: i32 = 64;

/// The least width of the column of names with its gap, and the gap.
const COLUMN: (usize, usize) = (20, 1);

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let platform = desk.machine.engine.platform();
    let format = match parsed.value("format").unwrap_or_default() {
        "" => {
            desk.terminal.lines(aligned(&text(&platform), COLUMN.0, COLUMN.1));
            return Ok(Flow::Done(0));
        }
        "json" => "{{json .}}",
        format => format,
    };
    let template = Template::named("version", format)
        .map_err(|error| Failure::with_code(USAGE, format!("template parsing error: {error}")))?;
    let mut out = String::new();
    let filled = template.execute(&document(&platform), &SHAPE, &mut out);
    desk.terminal.lines(aligned(&out, COLUMN.0, COLUMN.1));
    filled.map_err(Failure::new)?;
    Ok(Flow::Done(0))
}

/// `docker --version`.
pub fn short(desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    desk.terminal.out(format!("Drydock {}, behaves like Docker version {BEHAVES_LIKE}", env!("CARGO_PKG_VERSION")));
    Ok(Flow::Done(0))
}

/// Docker's layout without the lines for which there is nothing true to say.
fn text(platform: &Platform) -> String {
    let product = product();
    format!(
        "Client: {product}\n Version:\t{BEHAVES_LIKE}\n API version:\t{API}\n OS/Arch:\t{platform}\n Context:\tdefault\n\n\
         Server: {product}\n Engine:\n  Version:\t{BEHAVES_LIKE}\n  API version:\t{API} (minimum version {LEAST_API})\n  \
         OS/Arch:\t{platform}\n  Experimental:\tfalse"
    )
}

fn document(platform: &Platform) -> Value {
    json!({
        "Client": client(platform),
        "Server": {
            "Platform": { "Name": product() },
            "Version": BEHAVES_LIKE,
            "ApiVersion": API,
            "MinAPIVersion": LEAST_API,
            "Os": platform.os,
            "Arch": platform.architecture,
            "Components": [{
                "Name": "Engine",
                "Version": BEHAVES_LIKE,
                "Details": {
                    "ApiVersion": API,
                    "Arch": platform.architecture,
                    "Experimental": "false",
                    "MinAPIVersion": LEAST_API,
                    "Os": platform.os,
                },
            }],
        },
    })
}
