//! Costs as an author writes them: what is counted, the ways that are
//! compared, and the switches that change all of them.

use super::{Read, machine_line, parsed, wrong};
use crate::course::markdown::Section;
use crate::course::{Arm, Case, Cost, MachineLine, Switch};
use crate::limits::COST_SWITCHES;

/// The settings in ```` ```cost ````, a line each.
pub(super) fn cost(part: &Section) -> Read<Cost> {
    let (_, settings) = part.fence("cost").ok_or_else(|| wrong(part, "no ```cost"))?;
    let (mut count, mut measure, mut rounds) = (None, None, None);
    let (mut cases, mut switches) = (Vec::<Case>::new(), Vec::<Switch>::new());
    for line in settings.lines() {
        let (key, value) = line.split_once(": ").ok_or_else(|| wrong(part, line))?;
        match key {
            "count" => count = Some(value.to_owned()),
            "measure" => measure = Some(parsed(part, value)?),
            "rounds" => rounds = Some(parsed(part, value)?),
            "case" => cases.push(Case { name: value.to_owned(), ..Case::default() }),
            "setup" | "each" => {
                // Where only switches are compared, the one case needs no name.
                if cases.is_empty() && !switches.is_empty() {
                    cases.push(Case::default());
                }
                let case =
                    cases.last_mut().ok_or_else(|| wrong(part, "`setup` and `each` follow a `case` or a `switch`"))?;
                let lines = if key == "setup" { &mut case.setup } else { &mut case.each };
                lines.push(machine_line(part, value)?);
            }
            "switch" => switches.push(switch(part, value)?),
            _ => arm(part, &mut switches, key)?.push(machine_line(part, value)?),
        }
    }
    let (Some(count), Some(measure), Some(rounds), false) = (count, measure, rounds, cases.is_empty()) else {
        return Err(wrong(part, "a cost needs `count`, `measure`, `rounds` and lines to run `each` round"));
    };
    if switches.len() > COST_SWITCHES {
        return Err(wrong(part, &format!("a cost has at most {COST_SWITCHES} switches")));
    }
    Ok(Cost { title: part.heading.clone(), prose: part.prose(), count, measure, rounds, cases, switches })
}

/// `switch: what it is if it is on | what it is if it is off`
fn switch(part: &Section, value: &str) -> Read<Switch> {
    let names = value.split_once(" | ").map(|(on, off)| [on, off].map(|name| name.trim().to_owned()));
    let [on, off] = names.ok_or_else(|| wrong(part, "a switch is `on | off`, in words"))?;
    Ok(Switch { on: Arm { name: on, ..Arm::default() }, off: Arm { name: off, ..Arm::default() } })
}

/// The lines that a setting such as `on` or `each off` belongs to.
fn arm<'s>(part: &Section, switches: &'s mut [Switch], key: &str) -> Read<&'s mut Vec<MachineLine>> {
    let last = switches.last_mut().ok_or_else(|| wrong(part, &format!("no such setting here: {key}")))?;
    Ok(match key {
        "on" => &mut last.on.setup,
        "off" => &mut last.off.setup,
        "each on" => &mut last.on.each,
        "each off" => &mut last.off.each,
        _ => return Err(wrong(part, &format!("no such setting here: {key}"))),
    })
}

#[cfg(test)]
mod tests {
    use crate::course::Lesson;

    fn read(settings: &str) -> Result<crate::course::Cost, String> {
        let text = format!(
            "---\nid: x\nmachines: m\n---\n## Cost\n### A\n```cost\ncount: pushes\nmeasure: requests\nrounds: 2\n{settings}```\n"
        );
        Lesson::read(&text).map(|(_, mut modes)| modes.costs.remove(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn switches_change_what_every_case_runs() {
        let cost =
            read("switch: a | b\non: m $ on\neach off: m $ off {n}\nswitch: c | d\nsetup: m $ set\neach: m $ each\n");
        let cost = cost.expect("a cost");
        let case = |on: &[bool]| cost.with(on).expect("its switches").remove(0);
        let lines = |lines: &[crate::course::MachineLine]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        let on = case(&[true, false]);
        assert_eq!(
            (on.name.as_str(), lines(&on.setup), lines(&on.each)),
            ("a · d", vec!["m $ on".to_owned(), "m $ set".to_owned()], vec!["m $ each".to_owned()])
        );
        let off = case(&[false, true]);
        assert_eq!(
            (off.name.as_str(), lines(&off.round(3))),
            ("b · c", vec!["m $ off 3".to_owned(), "m $ each".to_owned()])
        );
        assert!(cost.with(&[true]).is_none() && cost.with(&[]).is_none());
    }

    #[test]
    fn what_is_no_switch_is_refused_in_words() {
        for (settings, words) in [
            ("switch: only one\ncase: x\n", "a switch is `on | off`"),
            ("on: m $ x\ncase: x\n", "no such setting here: on"),
            ("switch: a | b\nsometimes: m $ x\ncase: x\n", "no such setting here: sometimes"),
            ("switch: a | b\nswitch: a | b\nswitch: a | b\ncase: x\n", "at most 2 switches"),
        ] {
            let refused = read(settings).expect_err(settings);
            assert!(refused.contains(words), "{refused}");
        }
    }
}
