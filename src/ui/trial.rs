//! A request to a port that a container publishes, before it is a line.

use super::order::words;
use super::view::View;

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trial {
    /// The port of the machine; the first there is, if none was picked.
    pub port: Option<u16>,
    /// Whether something is sent, as by `POST`; else it is only asked for.
    pub sends: bool,
    /// Where at the server.
    pub path: String,
    /// What is sent.
    pub body: String,
}

/// What can be wanted of the form.
#[derive(Debug, Clone, PartialEq)]
pub enum Trying {
    /// This port.
    Port(u16),
    /// To send, or only to ask.
    Sends(bool),
    /// The path was typed.
    Path(String),
    /// What is to be sent was typed.
    Body(String),
}

impl Trial {
    /// The line that the form stands for, where these ports lead to the container; none without a port.
    pub fn line(&self, ports: &[u16]) -> Option<String> {
        let port = self.port.filter(|port| ports.contains(port)).or_else(|| ports.first().copied())?;
        let address = format!("localhost:{port}/{}", self.path.trim().trim_start_matches('/'));
        let body = self.body.trim();
        let is_json = body.starts_with(['{', '[']);
        let mut line = vec!["curl", "-i"];
        if self.sends && is_json {
            line.extend(["-H", "Content-Type: application/json"]);
        }
        if self.sends {
            line.extend(["-d", body]);
        }
        line.push(&address);
        Some(words(&line))
    }
}

impl View {
    /// Takes what the learner wants of the form.
    #[inline(never)]
    pub(super) fn try_out(&mut self, trying: Trying) {
        match trying {
            Trying::Port(port) => self.trial.port = Some(port),
            Trying::Sends(sends) => self.trial.sends = sends,
            Trying::Path(path) => self.trial.path = path,
            Trying::Body(body) => self.trial.body = body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_a_line_that_could_be_typed() {
        let trial = |sends, path: &str, body: &str| Trial { port: None, sends, path: path.into(), body: body.into() };
        for (trial, line) in [
            (trial(false, "health", "ignored"), "curl -i localhost:8080/health"),
            (trial(false, "/a b?x=$y", ""), "curl -i 'localhost:8080/a b?x=$y'"),
            (trial(true, "", "it's"), r"curl -i -d 'it'\''s' localhost:8080/"),
            (trial(true, "", ""), "curl -i -d '' localhost:8080/"),
            (
                trial(true, "predict", " [1] "),
                "curl -i -H 'Content-Type: application/json' -d '[1]' localhost:8080/predict",
            ),
        ] {
            assert_eq!(trial.line(&[8080, 9090]).as_deref(), Some(line));
        }
        let picked = Trial { port: Some(9090), ..Trial::default() };
        assert_eq!(picked.line(&[8080, 9090]).as_deref(), Some("curl -i localhost:9090/"));
        assert_eq!(picked.line(&[8080]).as_deref(), Some("curl -i localhost:8080/"));
        assert_eq!(picked.line(&[]), None);
    }
}
