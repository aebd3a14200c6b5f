//! Which of all requests are listed, and how. Its functions are never inlined,
//! as those of the explorers.

use std::rc::Rc;

use super::intent::Effect;
use super::view::{Selection, Tab, View};
use super::words;
use crate::event::Exchange;
use crate::session::{Ask, Resent};

/// What a request can be picked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// The registry it went to.
    Registry,
    /// Its method.
    Method,
    /// The kind of its answer, such as `4xx`.
    Answer,
    /// Words that stand in its path, its headers or the reason for it.
    Words,
}

/// The kinds of answers: success, elsewhere, refused, failed, and none at all.
pub fn answers() -> [&'static str; 5] {
    ["2xx", "3xx", "4xx", "5xx", words::no_answer()]
}

/// What is picked, and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sieve {
    wanted: [String; 4],
    /// Which page of what is left; none: the newest.
    pub page: Option<usize>,
    /// As a sequence between the places, not as a table.
    pub sequence: bool,
}

/// What can be wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sifting {
    /// Only those with this trait; with an empty text, all.
    By(Trait, String),
    /// Another page.
    Page(usize),
    /// As a sequence, or as a table.
    Sequence(bool),
    /// Send the selected request once more.
    Again,
}

impl Sieve {
    /// What is picked by a trait; nothing if it is empty.
    pub fn wanted(&self, of: Trait) -> &str {
        &self.wanted[of as usize]
    }

    /// Whether a request is listed.
    #[inline(never)]
    pub fn passes(&self, exchange: &Exchange) -> bool {
        let is = |of: Trait, text: &str| self.wanted(of).is_empty() || self.wanted(of) == text;
        is(Trait::Registry, &exchange.registry)
            && is(Trait::Method, &exchange.method)
            && is(Trait::Answer, answer(exchange))
            && self.has_words(exchange)
    }

    fn has_words(&self, exchange: &Exchange) -> bool {
        let headers = || exchange.request_headers.iter().chain(&exchange.response_headers);
        let is_told = |word: &str| {
            let own = [&exchange.method, &exchange.path, &exchange.why];
            let mut texts = own.into_iter().chain(headers().flat_map(|(name, value)| [name, value]));
            texts.any(|text| has(text, word)) || has(&exchange.status.to_string(), word)
        };
        self.wanted(Trait::Words).split_whitespace().all(is_told)
    }
}

/// Whether a word stands in a text, in large letters or small ones; thousands of texts are looked through for one key.
fn has(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// The kind of the answer.
pub fn answer(exchange: &Exchange) -> &'static str {
    let kind = match exchange.status {
        0 => 4,
        1..300 => 0,
        300..400 => 1,
        400..500 => 2,
        500.. => 3,
    };
    answers()[kind]
}

impl View {
    /// Takes what the learner wants of the requests.
    #[inline(never)]
    pub(super) fn sift(&mut self, sifting: Sifting) -> Vec<Effect> {
        match sifting {
            Sifting::By(of, text) => (self.sieve.wanted[of as usize], self.sieve.page) = (text, None),
            Sifting::Page(page) => self.sieve.page = Some(page),
            Sifting::Sequence(sequence) => (self.sieve.sequence, self.tab) = (sequence, Tab::Requests),
            Sifting::Again => return self.send_again().into_iter().collect(),
        }
        Vec::new()
    }

    /// From the machine that sent it first.
    fn send_again(&self) -> Option<Effect> {
        let Selection::Exchange(exchange) = &self.selection else { return None };
        let rows = &self.trace.rows;
        let row = rows.iter().find(|row| row.registry.exchanges.contains(exchange));
        let machine = row.map_or(&self.traffic.machine, |row| &row.machine).clone();
        Some(Effect::Ask(Ask::Resend { machine, exchange: (**exchange).clone() }))
    }

    /// Takes what was answered then.
    #[inline(never)]
    pub(super) fn hear_resent(&mut self, resent: Resent) {
        words::sent_again().clone_into(&mut self.announcement);
        self.resent = Some(Rc::new(resent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Tell;
    use crate::ui::fixture;
    use crate::ui::intent::{Fact, Intent};
    use crate::ui::request_table::requests;

    fn listed(view: &View) -> usize {
        requests(view).iter().filter(|request| view.sieve.passes(request.exchange)).count()
    }

    #[test]
    fn requests_are_picked_by_all_their_traits_at_once() {
        let mut view = fixture::all_run();
        let all = listed(&view);
        assert_eq!(all, 8);
        let table = [
            (Trait::Method, "HEAD", 4),
            (Trait::Answer, "4xx", 4),
            (Trait::Answer, "2xx", 0),
            (Trait::Method, "", 4),
            (Trait::Answer, "", 8),
            (Trait::Words, "BLOBS missing", 8),
            (Trait::Words, "registry/2.0 head", 4),
            (Trait::Registry, "docker.io", 0),
        ];
        for (of, text, count) in table {
            view.update(Intent::Sift(Sifting::By(of, text.into())));
            assert_eq!(listed(&view), count, "{of:?} {text}");
        }
    }

    #[test]
    fn a_request_is_sent_again_from_the_machine_that_sent_it() {
        let mut view = fixture::all_run();
        assert_eq!(view.update(Intent::Sift(Sifting::Again)), [], "nothing is selected");
        let exchange = view.trace.rows[3].registry.exchanges[0].clone();
        view.update(Intent::Select(Selection::Exchange(Rc::new(exchange.clone()))));
        let ask = Ask::Resend { machine: "prod".into(), exchange: exchange.clone() };
        assert_eq!(view.update(Intent::Sift(Sifting::Again)), [Effect::Ask(ask)]);
        let resent = Resent { now: Ok(vec![exchange.clone()]), first: exchange };
        view.learn(Fact::Told(Tell::Resent(Box::new(resent.clone()))));
        assert_eq!(view.resent.as_deref(), Some(&resent));
    }
}
