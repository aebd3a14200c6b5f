//! `mlserve`: a model behind HTTP. It prints its model card, then answers
//! requests on a port; or it takes one request from standard input, or a whole
//! table of samples. The program of the image `mlserve:2`.

mod api;
mod batch;
mod http;
mod listen;
mod signals;

use std::io::{self, ErrorKind, Read, Write};
use std::process::ExitCode;

use classifier::model::Model;
use classifier::read;
use classifier::sample::SIDE;

use signals::Signals;

const USAGE: &str = "\
Usage: mlserve [COMMAND]

Commands:
  serve         Print the model card, then answer HTTP on port 8080 (or PORT); this is the default
  batch FILE    Classify every row of a table (CSV: label,p0,...,p63; the label may be empty; - is standard input)
  once          Answer one HTTP request from standard input, on standard output
  card          Print the model card

Requests:
  GET  /          the model card
  GET  /health    {\"status\":\"ok\",...}
  POST /predict   {\"pixels\": [[0, 0, 5, ...], ...]} or {\"instances\": [{\"pixels\": ...}, ...]}

Environment:
  MODEL   the model file, a safetensors file (default: /models/mlp.safetensors)
  PORT    the port (default: 8080); the image must expose it, or `docker run -p` publish it

SIGTERM and SIGINT let it answer the request at hand, then end with 0, where there are signals.

Exit code: 0 if all went well, 1 for a file or port that cannot be used, 2 for wrong usage.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["--help" | "-h"] => say(USAGE),
        [] | ["serve"] => loaded().and_then(|model| serve(&model)),
        ["batch", path] => loaded().and_then(|model| batch(&model, path)),
        ["once"] => loaded().and_then(|model| once(&model)),
        ["card"] => loaded().and_then(|model| say(&api::card(&model))),
        _ => {
            eprintln!("mlserve: wrong usage: {}\n\n{USAGE}", words.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("mlserve: {message}");
            ExitCode::from(1)
        }
    }
}

fn loaded() -> Result<Model, String> {
    let path = std::env::var("MODEL").unwrap_or_else(|_| "/models/mlp.safetensors".to_string());
    let model = Model::parse(&read(&path)?).map_err(|error| format!("{path}: {error}"))?;
    if model.inputs() == SIDE * SIDE {
        Ok(model)
    } else {
        let inputs = model.inputs();
        Err(format!(
            "{path}: this model takes {inputs} numbers, but a picture has 64"
        ))
    }
}

fn serve(model: &Model) -> Result<(), String> {
    let port = match std::env::var("PORT") {
        Ok(text) => text
            .parse()
            .map_err(|_| format!("PORT is not a port: {text}"))?,
        Err(_) => 8080,
    };
    let mut signals = Signals::catch();
    let listener = listen::open(port)?;
    // Port 0 means any; a port that was opened for us does not tell.
    let port = listener.local_addr().map_or(port, |address| address.port());
    say(&format!("{}\nlistening on port {port}\n", api::card(model)))?;
    while !signals.came() {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(format!("accept: {error}")),
        };
        let line = match http::receive(&mut stream) {
            Ok(request) => {
                let response = api::handle(model, &request);
                let line = format!("{} {} {}", request.method, request.path, response.status);
                // Who has gone before the answer came misses nothing but the answer.
                stream.write_all(&response.bytes()).unwrap_or_default();
                line
            }
            Err(Some(response)) => {
                stream.write_all(&response.bytes()).unwrap_or_default();
                format!("? ? {}", response.status)
            }
            Err(None) => continue,
        };
        say(&format!("{line}\n"))?;
    }
    say("stopping: told to end\n")
}

fn once(model: &Model) -> Result<(), String> {
    let response = match http::receive(&mut io::stdin()) {
        Ok(request) => api::handle(model, &request),
        Err(Some(response)) => response,
        Err(None) => return Err("no request on standard input".to_string()),
    };
    io::stdout()
        .write_all(&response.bytes())
        .map_err(|error| error.to_string())
}

fn batch(model: &Model, path: &str) -> Result<(), String> {
    let bytes = if path == "-" {
        let mut bytes = Vec::new();
        io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| format!("standard input: {error}"))?;
        bytes
    } else {
        read(path)?
    };
    let text = String::from_utf8(bytes).map_err(|_| format!("{path}: not UTF-8"))?;
    say(&batch::classify(model, &text).map_err(|error| format!("{path}: {error}"))?)
}

/// Prints to standard output; a closed pipe is a failure, not a panic.
fn say(text: &str) -> Result<(), String> {
    let mut out = io::stdout();
    let said = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    said.map_err(|error| format!("standard output: {error}"))
}
