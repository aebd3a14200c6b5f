//! Costs measured: the lines of each way of doing it run round after round in
//! a copy of the lab, a line a tick, so that the learner's own lines come
//! between them and measuring can be given up.

use std::collections::VecDeque;

use super::asking::{Run, facts};
use super::{Session, Tell, Tells};
use crate::course::{Case, MachineLine, Measure, Measured, Measuring, Series};
use crate::lab::State;
use crate::limits::COST_ROUNDS;

/// A cost on its way.
pub(super) struct Measurement {
    id: String,
    measure: Measure,
    rounds: usize,
    /// The ways that are measured, the one on its turn first.
    cases: VecDeque<Case>,
    /// The lab as the lines left it that ran so far.
    state: State,
    /// The lines that are left of this round, or of the setup.
    lines: VecDeque<MachineLine>,
    /// What ran of this round.
    runs: Vec<Run>,
    /// The round on its turn, from 1; 0 is the setup.
    round: usize,
    /// What is measured.
    series: Vec<Series>,
}

impl Session {
    /// Begins to measure a cost with its switches standing so.
    pub(super) fn measure(&mut self, id: String, on: &[bool], tells: Tells<'_>) -> Result<(), String> {
        if self.measuring.is_some() {
            return Err("another cost is being measured".to_owned());
        }
        let modes = self.modes()?;
        let cost = modes.cost(&id).ok_or_else(|| format!("there is no cost {id:?}"))?;
        let cases: VecDeque<Case> = cost.with(on).ok_or("that is not how this cost's switches can stand")?.into();
        let rounds = cost.rounds.clamp(1, COST_ROUNDS);
        let mut measurement = Measurement {
            id,
            measure: cost.measure.clone(),
            rounds,
            cases,
            state: self.start()?,
            lines: VecDeque::new(),
            runs: Vec::new(),
            round: 0,
            series: Vec::new(),
        };
        measurement.begin();
        measurement.tell(tells);
        self.measuring = Some(Box::new(measurement));
        Ok(())
    }

    /// Gives up what is measured.
    pub(super) fn stop_measuring(&mut self, tells: Tells<'_>) {
        if let Some(measurement) = self.measuring.take() {
            tells(Tell::Measured(measurement.given_up()));
        }
    }

    /// Goes on measuring by a line.
    #[inline(never)]
    pub(super) fn go_on_measuring(&mut self, tells: Tells<'_>) {
        let Some(mut measurement) = self.measuring.take() else { return };
        let Some(line) = measurement.lines.pop_front() else { return self.next_round(measurement, tells) };
        match self.lines(measurement.state.clone(), &[line]) {
            Ok((runs, state)) => {
                measurement.runs.extend(runs);
                measurement.state = state;
                self.measuring = Some(measurement);
            }
            Err(reason) => {
                tells(Tell::Measured(measurement.given_up()));
                tells(Tell::Refused(reason));
            }
        }
    }

    /// Counts the round that is over, and begins the next one or the next way; or tells all of it.
    fn next_round(&mut self, mut measurement: Box<Measurement>, tells: Tells<'_>) {
        let number = measurement.measure.of(&facts(&measurement.runs));
        measurement.runs.clear();
        if let (1.., Some(series)) = (measurement.round, measurement.series.last_mut()) {
            series.rounds.push(number);
            measurement.tell(tells);
        }
        if measurement.round < measurement.rounds {
            measurement.round += 1;
            measurement.lines =
                measurement.cases.front().map(|case| case.round(measurement.round)).unwrap_or_default().into();
        } else {
            measurement.cases.pop_front();
            match self.start() {
                Ok(state) => measurement.state = state,
                Err(_) => measurement.cases.clear(),
            }
            measurement.begin();
        }
        if measurement.cases.is_empty() {
            tells(Tell::Measured(Measured { id: measurement.id, series: measurement.series }));
        } else {
            self.measuring = Some(measurement);
        }
    }
}

impl Measurement {
    /// What is told of it when nothing comes of it.
    pub(super) fn given_up(&self) -> Measured {
        Measured { id: self.id.clone(), series: Vec::new() }
    }

    /// Begins with the way on its turn, if there is one.
    fn begin(&mut self) {
        let Some(case) = self.cases.front() else { return };
        self.lines = case.setup.iter().cloned().collect();
        self.series.push(Series { name: case.name.clone(), rounds: Vec::new() });
        self.round = 0;
    }

    fn tell(&self, tells: Tells<'_>) {
        let done = self.series.iter().map(|series| series.rounds.len()).sum();
        let begun = self.series.len().saturating_sub(1);
        let all = self.rounds * (begun + self.cases.len());
        tells(Tell::Measuring(Measuring { id: self.id.clone(), done, all }));
    }
}
