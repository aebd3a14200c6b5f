//! The reducer: an intent changes the view and says what is to be done.

use super::intent::{Effect, Fact, Intent, Ticket};
use super::pager::Paged;
use super::play::{self, Stop};
use super::process_table::row_id;
use super::reach::Reach;
use super::study::{Act, Study};
use super::view::{Boot, Menu, Region, Saving, Selection, Tab, View};
use super::words;
use crate::session::Ask;

/// Losses in a row after which the learner decides how to go on.
const LOSSES: u32 = 1;

impl View {
    /// Takes what happened; the effects are to be carried out in order.
    pub fn learn(&mut self, fact: Fact) -> Vec<Effect> {
        self.changes.count(Reach::of_fact(self, &fact));
        match fact {
            Fact::Told(tell) => return self.hear(tell),
            Fact::WorkerLost(reason) => return self.lose_worker(reason),
            // A visit touches nothing of what is kept, whoever keeps it.
            Fact::Kept(Saving::Elsewhere) if self.share.visiting => {}
            Fact::Kept(saving) => self.saving = saving,
            Fact::Whole(Ok(())) => {
                self.lacking = None;
                return vec![Effect::Recall];
            }
            Fact::Whole(Err(reason)) => self.lacking = Some(reason),
            Fact::Recalled(Some(study)) => return self.recall(*study).into_iter().collect(),
            Fact::Recalled(None) => self.tell(true, words::what_was_kept_of_your().to_owned()),
            Fact::Progress(found) => return self.add_progress(found.map(|found| *found)),
            Fact::Found(text) => return self.find_lab(text),
            Fact::Copied(copied) => self.share.hear_copied(copied),
            Fact::Reading(name) => self.announcement = words::reading(&name),
            Fact::Brought(brought) => return self.take_file(brought),
            Fact::Elapsed(Ticket::Play(ticket)) if ticket == self.play.ticket && self.play.going => {
                return self.step_on();
            }
            Fact::Elapsed(Ticket::Foresight(ticket)) => return self.foresee_after(ticket),
            Fact::Elapsed(Ticket::Clock(ticket)) => return self.study.second(ticket),
            Fact::Elapsed(Ticket::Play(_)) | Fact::Unanswered => {}
        }
        Vec::new()
    }

    /// Takes what the learner wants, which closes the menu; the effects are to be carried out in order.
    pub fn update(&mut self, intent: Intent) -> Vec<Effect> {
        self.changes.count(Reach::of_intent(self, &intent));
        self.menu = Menu::Closed;
        match intent {
            Intent::Menu(open) => self.menu = open,
            Intent::Retry { fresh } => return self.retry(fresh),
            Intent::BecomeWhole => return vec![Effect::BecomeWhole],
            Intent::Insist => return vec![Effect::Insist],
            Intent::TakeBack => return [vec![Effect::TakeBack], self.retry(false)].concat(),
            Intent::StayFresh => self.unrestored = None,
            Intent::Theme(theme) => {
                self.theme = theme;
                return vec![Effect::Theme(theme)];
            }
            Intent::Region(region) => self.region = region,
            Intent::Tab(tab) => self.tab = tab,
            Intent::TabFocused(tab) => {
                self.tab = tab;
                return vec![Effect::Focus(tab.id())];
            }
            Intent::Shape(shape) => self.shape = shape,
            Intent::Select(selection) => return self.select(selection),
            Intent::Explore(exploring) => return self.explore(exploring),
            Intent::Survey(surveying) => return self.survey(surveying),
            Intent::Sift(sifting) => return self.sift(sifting),
            Intent::Page(list, page) => {
                if let Paged::Table(tab) = list {
                    (self.tab, self.region) = (tab, Region::Tables);
                }
                self.pages.insert(list, page);
            }
            Intent::Transcript(true) => {
                self.pages.entry(Paged::Transcript).or_insert(usize::MAX);
            }
            Intent::Transcript(false) => {
                self.pages.remove(&Paged::Transcript);
            }
            Intent::Large(large) => self.large = large,
            Intent::Fork(forking) => return self.fork(forking),
            Intent::Share(sharing) => return self.share(sharing),
            Intent::Seek(seeking) => return self.seek(seeking),
            Intent::Drafted(field, text) => self.draft.type_in(field, text),
            Intent::Order(line) => {
                self.draft.sent();
                return self.run(&line);
            }
            Intent::Exact(exact) => self.exact = exact,
            Intent::Reset => return self.reset(),
            Intent::Export { machine, reference } => return vec![Effect::Ask(Ask::Export { machine, reference })],
            Intent::ExportTrace => return vec![Effect::Ask(Ask::Trace)],
            Intent::ExportProgress => return vec![Effect::DownloadProgress],
            Intent::Print => {
                self.leave_handout();
                return vec![Effect::Print];
            }
            Intent::PrintHandout => return self.want_handout(),
            Intent::StopHandout => return vec![Effect::Ask(Ask::StopHandout)],
            Intent::Dismiss(at) => {
                if at < self.notices.len() {
                    self.notices.remove(at);
                }
            }
            of_the_lesson => return self.update_lesson(of_the_lesson),
        }
        Vec::new()
    }

    fn update_lesson(&mut self, intent: Intent) -> Vec<Effect> {
        match intent {
            Intent::ReadStep(step) => self.reading = step,
            Intent::EditStep(step) => {
                self.editing = self.line_of(step).map(|line| (step, line.to_owned()));
                return vec![Effect::Focus("step-line")];
            }
            Intent::StepTyped(text) => {
                if let Some((_, line)) = &mut self.editing {
                    *line = text;
                }
            }
            Intent::StepSubmitted => {
                let edited = self.editing.take().filter(|(_, line)| !line.trim().is_empty());
                let Some((step, line)) = edited.filter(|_| !self.busy()) else { return Vec::new() };
                self.screen.sent = true;
                return vec![Effect::Ask(Ask::EditStep { step, line })];
            }
            Intent::StepLeft => self.editing = None,
            Intent::ShowMe(id) => {
                *self.scratches.at(&id) = None;
                return vec![Effect::Ask(Ask::ShowMe { id })];
            }
            Intent::Study(act) => return self.study(act),
            Intent::Mode(mode) => {
                (self.study.mode, self.region) = (mode, Region::Lesson);
                let shown = [Effect::Reveal(mode.id().to_owned()), Effect::Remember];
                return shown.into_iter().chain(self.want_content()).collect();
            }
            Intent::ModeFocused(mode) => {
                (self.study.mode, self.region) = (mode, Region::Lesson);
                let shown = [Effect::Focus(mode.id()), Effect::Remember];
                return shown.into_iter().chain(self.want_content()).collect();
            }
            Intent::Try(trying) => self.try_out(trying),
            Intent::Scenario(lines) => {
                let run = |(machine, line): (String, String)| {
                    self.screen.waiting.push_back((Some(machine), line));
                };
                lines.into_iter().for_each(run);
                return self.run_next();
            }
            of_the_files => return self.update_files(of_the_files),
        }
        Vec::new()
    }

    /// Takes what is remembered; what the learner did meanwhile is newer.
    fn recall(&mut self, study: Study) -> Option<Effect> {
        if self.study == Study::default() {
            self.study = study;
        }
        self.want_content()
    }

    /// A hint that points at a row shows it.
    fn study(&mut self, act: Act) -> Vec<Effect> {
        let hinted = match &act {
            Act::Hints(question, 1..) => Some(question.clone()),
            _ => None,
        };
        let mut effects = self.study.act(act);
        effects.push(Effect::Remember);
        let questions = self.lesson.iter().flat_map(|lesson| &lesson.quiz);
        let hinted = questions.into_iter().find(|question| Some(&question.id) == hinted.as_ref());
        if let Some(pointer) = hinted.and_then(|question| question.pointer) {
            self.tab = Tab::Process;
            effects.push(Effect::Reveal(row_id(pointer.row)));
        }
        effects
    }

    fn update_files(&mut self, intent: Intent) -> Vec<Effect> {
        match intent {
            Intent::OpenFile { machine, path } => {
                self.editor.open(machine.clone(), path.clone());
                vec![Effect::Ask(Ask::ReadFile { machine, path })]
            }
            Intent::FileTyped(text) => self.type_into_file(text),
            Intent::Foresee => self.want_foresight(),
            Intent::DiscardFile => self.discard_changes(),
            Intent::SaveFile => {
                let open = self.editor.open.clone().zip(self.editor.draft.clone());
                let ask = open.map(|((machine, path), text)| Ask::WriteFile { machine, path, text });
                ask.map(Effect::Ask).into_iter().collect()
            }
            of_the_terminal => self.update_terminal(of_the_terminal),
        }
    }

    pub(super) fn update_player(&mut self, intent: &Intent) -> Vec<Effect> {
        let position = self.history.position;
        match intent {
            Intent::First => self.go_to(0),
            Intent::Back => position.checked_sub(1).map(|stop| self.go_to(stop)).unwrap_or_default(),
            Intent::Forward => self.go_to(position + 1),
            Intent::Last => self.go_to(usize::MAX),
            Intent::GoTo(stop) => self.go_to(*stop),
            Intent::Play(true) => {
                self.play.going = true;
                self.step_on()
            }
            Intent::Play(false) => {
                self.play.going = false;
                Vec::new()
            }
            Intent::Speed(faster) => {
                self.play.change_speed(*faster);
                Vec::new()
            }
            Intent::Undo => vec![Effect::Ask(Ask::Undo)],
            Intent::Redo => vec![Effect::Ask(Ask::Redo)],
            _ => Vec::new(),
        }
    }

    /// The stops of the player.
    pub(super) fn stops(&self) -> Vec<Stop> {
        play::stops(self.lesson.as_deref(), &self.history)
    }

    /// Goes to a stop; beyond the end of the history the session runs the lesson's lines to get there.
    fn go_to(&mut self, stop: usize) -> Vec<Effect> {
        self.play.going = false;
        let position = stop.min(self.stops().len() - 1);
        if position == self.history.position || self.busy() {
            return Vec::new();
        }
        self.screen.sent = true;
        vec![Effect::Ask(Ask::Jump { position })]
    }

    /// One step of playing; it ends at the last stop.
    fn step_on(&mut self) -> Vec<Effect> {
        self.play.going = self.history.position < self.stops().len() - 1;
        if !self.play.going || self.busy() {
            return Vec::new();
        }
        self.screen.sent = true;
        vec![Effect::Ask(Ask::Next)]
    }

    /// After a step has arrived: the next one in a while.
    pub(super) fn go_on(&mut self) -> Vec<Effect> {
        self.play.going &= self.history.position < self.stops().len() - 1;
        if !self.play.going {
            return Vec::new();
        }
        self.play.ticket = self.play.ticket.wrapping_add(1);
        vec![Effect::Wait { millis: self.play.pause(), ticket: Ticket::Play(self.play.ticket) }]
    }

    fn select(&mut self, selection: Selection) -> Vec<Effect> {
        self.region = Region::Inspector;
        let ask = match &selection {
            Selection::Digest(digest) => Some(Effect::Ask(Ask::Inspect { digest: *digest })),
            Selection::File { layer, path } => Some(Effect::Ask(Ask::Peek { layer: *layer, path: path.clone() })),
            _ => None,
        };
        let looked_at = self.look_at(&selection);
        self.selection = selection;
        ask.into_iter().chain(looked_at).collect()
    }

    fn reset(&mut self) -> Vec<Effect> {
        self.play.going = false;
        self.study = self.study.anew();
        self.scratches.clear();
        self.editor = super::edit::Editor::default();
        self.selection = Selection::Nothing;
        self.screen.waiting.clear();
        self.screen.clear();
        vec![Effect::Ask(Ask::Reset), Effect::Remember]
    }

    fn lose_worker(&mut self, reason: String) -> Vec<Effect> {
        self.losses += 1;
        self.leave_worker();
        if self.losses > LOSSES {
            self.boot = Boot::Failed(reason);
            return Vec::new();
        }
        if self.lesson.is_some() {
            self.tell(true, words::the_engine_stopped(&reason));
        }
        vec![Effect::Restart]
    }

    /// Nothing waits any more for a worker that is gone; the next one starts with the learner's own.
    fn leave_worker(&mut self) {
        self.screen.abandon();
        self.play.going = false;
        self.scratches.retain(Option::is_some);
        self.study.refused();
        self.lack_handout();
        self.share.refused();
        (self.share.visiting, self.bringing) = (false, None);
    }

    pub(super) fn retry(&mut self, fresh: bool) -> Vec<Effect> {
        self.leave_worker();
        (self.boot, self.saving, self.unrestored) = (Boot::default(), Saving::Nothing, None);
        (self.losses, self.fresh) = (0, fresh);
        vec![Effect::Restart]
    }
}
