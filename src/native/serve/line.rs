//! The line of a request in the log. What a client sends is quoted: no line
//! can be forged with another's help.
//! <https://httpd.apache.org/docs/2.4/logs.html#common>

use std::time::Duration;

use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body::Body;
use serde_json::json;

use super::body::Outgoing;
use super::options::LogForm;
use crate::host::Host;
use crate::native::{Site, screen};
use crate::oci::Timestamp;

/// What is told of a request.
pub struct Line {
    time: Timestamp,
    peer: String,
    /// Who asked; empty for anybody.
    pub user: String,
    /// The method.
    pub method: Method,
    target: String,
    /// The status of the answer.
    pub status: StatusCode,
    /// The bytes of its body.
    pub sent: u64,
    /// How long the answer took to begin.
    pub took: Duration,
}

impl Line {
    /// The beginning of a line, when a request has come.
    pub fn of(parts: &Parts, peer: &str) -> Self {
        Self {
            time: Site::new("").now(),
            peer: peer.to_owned(),
            user: String::new(),
            method: parts.method.clone(),
            target: parts.uri.to_string(),
            status: StatusCode::OK,
            sent: 0,
            took: Duration::ZERO,
        }
    }

    /// Its end, when the answer goes out.
    pub fn ends(&mut self, response: &Response<Outgoing>, took: Duration) {
        self.status = response.status();
        self.sent = response.body().size_hint().exact().unwrap_or_default();
        self.took = took;
    }

    /// Prints it on standard error.
    pub fn write(&self, form: LogForm) {
        match form {
            LogForm::Common => screen::complain(&self.common()),
            LogForm::Json => screen::complain(&self.json()),
            LogForm::None => {}
        }
    }

    fn common(&self) -> String {
        let user = if self.user.is_empty() { "-".to_owned() } else { self.user.escape_default().to_string() };
        let Self { peer, time, method, target, sent, .. } = self;
        let (status, seconds) = (self.status.as_u16(), self.took.as_secs_f64());
        format!(
            "{peer} - {user} [{}] \"{method} {} HTTP/1.1\" {status} {sent} {seconds:.6}",
            in_common_log(*time),
            target.escape_default()
        )
    }

    fn json(&self) -> String {
        json!({
            "time": self.time.to_string(), "peer": self.peer, "user": self.user, "method": self.method.as_str(),
            "target": self.target, "status": self.status.as_u16(), "sent_bytes": self.sent,
            "seconds": self.took.as_secs_f64(),
        })
        .to_string()
    }
}

/// As Apache prints a time: `10/Oct/2000:13:55:36 +0000`.
fn in_common_log(time: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = time.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let month = part(5, 7).parse::<usize>().ok().and_then(|number| MONTHS.get(number.checked_sub(1)?));
    format!("{}/{}/{}:{} +0000", part(8, 10), month.unwrap_or(&"Jan"), part(0, 4), part(11, 19))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn a_time_is_written_as_apache_does() {
        let time = "2000-10-10T13:55:36.5Z".parse().expect("a time");
        assert_eq!(in_common_log(time), "10/Oct/2000:13:55:36 +0000");
    }

    #[test]
    fn no_name_breaks_a_line() {
        let (parts, ()) = Request::get("/v2/a/tags/list?last=%0a%22x").body(()).expect("a request").into_parts();
        let mut line = Line::of(&parts, "127.0.0.1");
        line.user = "a\nb\"".to_owned();
        line.time = Timestamp::default();
        assert_eq!(
            line.common(),
            "127.0.0.1 - a\\nb\\\" [01/Jan/1970:00:00:00 +0000] \"GET /v2/a/tags/list?last=%0a%22x HTTP/1.1\" 200 0 0.000000"
        );
        let read: serde_json::Value = serde_json::from_str(&line.json()).expect("JSON");
        assert_eq!(read["user"], "a\nb\"");
        assert_eq!(line.json().lines().count(), 1);
    }
}
