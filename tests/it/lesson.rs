//! The lesson keeps its word: its steps succeed, each question has one right
//! answer, and whatever offers to show something shows it.

use drydock::course::{Answer, AskedView, LessonView, QuestionView, Said, Verdict};
use drydock::session::{Ask, Tell};

use crate::lab::{LESSON, Lab, code};

fn view(lab: &mut Lab) -> LessonView {
    let told = lab.ask(Ask::Open { lesson: LESSON.to_owned(), language: "en".to_owned(), saved: None });
    let opened = told.into_iter().find_map(|tell| if let Tell::Opened(lesson) = tell { Some(*lesson) } else { None });
    opened.expect("the lesson")
}

fn verdict(lab: &mut Lab, question: &str, choice: usize) -> Verdict {
    let told = lab.ask(Ask::Answer(Answer { question: question.to_owned(), said: Said::Choice(choice) }));
    let verdict =
        told.iter().find_map(|tell| if let Tell::Verdict(verdict) = tell { Some(verdict.clone()) } else { None });
    verdict.unwrap_or_else(|| panic!("{question}, choice {choice}: {told:#?}"))
}

fn choices(question: &QuestionView) -> usize {
    if let AskedView::Choose(choices) = &question.asked { choices.len() } else { 0 }
}

#[test]
fn the_lesson_keeps_its_word() {
    assert_eq!(Lab::open().prove(), Ok(Vec::new()));
}

#[test]
fn each_step_succeeds_and_the_last_one_predicts() {
    let mut lab = Lab::open();
    let steps = view(&mut lab).steps.len();
    assert_eq!(steps, 5);
    lab.steps(steps - 1);
    let told = lab.ask(Ask::Next);
    assert_eq!(code(&told), Some(0));
    let printed =
        told.iter().filter_map(|tell| if let Tell::Printed(output) = tell { Some(output.line.text()) } else { None });
    let printed: Vec<String> = printed.collect();
    // The sample in the lesson's project is a seven; see hub/README.md.
    assert!(printed.iter().any(|line| line.contains('7')), "{printed:#?}");
}

#[test]
fn each_question_has_one_right_answer_at_any_time() {
    let mut lab = Lab::open();
    let lesson = view(&mut lab);
    assert_eq!(lesson.quiz.len(), 3);
    for steps in [0, lesson.steps.len()] {
        lab.steps(steps);
        let before = lab.snapshot.clone();
        for question in &lesson.quiz {
            let right = (0..choices(question)).filter(|choice| verdict(&mut lab, &question.id, *choice).right);
            assert_eq!(right.count(), 1, "{}", question.id);
        }
        assert_eq!(lab.snapshot, before, "answering changed the lab");
    }
}

#[test]
fn whatever_can_be_shown_is_shown_in_a_copy() {
    let mut lab = Lab::open();
    let lesson = view(&mut lab);
    let choices = lesson.quiz.iter().filter_map(|question| match &question.asked {
        AskedView::Choose(choices) => Some(choices),
        _ => None,
    });
    let choices = choices.flatten();
    let shown: Vec<String> = lesson
        .moments
        .iter()
        .map(|moment| moment.id.clone())
        .chain(choices.filter_map(|choice| choice.show.clone()))
        .collect();
    assert_eq!(shown.len(), 4 + 12, "four moments, and three questions of four choices");
    for id in shown {
        let told = lab.ask(Ask::ShowMe { id: id.clone() });
        let scratch = told.iter().find_map(|tell| if let Tell::Scratch(scratch) = tell { Some(scratch) } else { None });
        let scratch = scratch.unwrap_or_else(|| panic!("{id}: {told:#?}"));
        assert!(!scratch.runs.is_empty() && !scratch.after.is_empty(), "{id}");
    }
    assert_eq!(lab.history.position, 0, "showing changed the lab");
}

#[test]
fn a_step_is_reset_to_where_it_began_with_the_lessons_own_line() {
    let mut lab = Lab::open();
    let own = view(&mut lab).steps[1].line.clone();
    lab.steps(1);
    lab.ask(Ask::EditStep { step: 1, line: "docker tag mlmodel:1.0 other:2".to_owned() });
    assert_eq!(lab.history.position, 2);
    let line = |told: &[Tell]| {
        let lab = told.iter().find_map(|tell| if let Tell::State(lab) = tell { Some(lab) } else { None });
        let rows = &lab.expect("the state is told").trace.rows;
        rows.iter().find(|row| row.step == Some(1)).expect("the step has a row").line.clone()
    };
    let told = lab.ask(Ask::ResetStep);
    assert_eq!((lab.history.position, line(&told)), (1, own.clone()));
    let saved = told.iter().find_map(|tell| if let Tell::Saved(text) = tell { Some(text.clone()) } else { None });
    let told = Lab::open().ask(Ask::Open { lesson: LESSON.to_owned(), language: "en".to_owned(), saved });
    assert_eq!(line(&told), own, "it is so after a reload, too");
    let told = lab.ask(Ask::Next);
    assert_eq!((code(&told), line(&told)), (Some(0), own));
    assert_eq!(lab.history.operations.len(), 2, "what was run instead is a branch");
    // Lines of one's own after a step are undone, and the step stays.
    lab.ask(Ask::Line { machine: None, line: "docker images".to_owned() });
    lab.ask(Ask::ResetStep);
    assert_eq!(lab.history.position, 2);
    lab.ask(Ask::ResetStep);
    assert_eq!(lab.history.position, 1);
}

#[test]
fn measuring_goes_on_beside_the_lab_and_can_be_given_up() {
    let mut lab = Lab::open();
    let on = |on| Ask::Measure { id: "cost-2".to_owned(), on: vec![on] };
    let measured = |told: &[Tell]| {
        let all: Vec<_> =
            told.iter().filter_map(|tell| if let Tell::Measured(of) = tell { Some(of) } else { None }).collect();
        assert_eq!(all.len(), 1, "{told:#?}");
        all[0].series.clone()
    };
    let told = lab.ask(on(true));
    let far: Vec<_> = told
        .iter()
        .filter_map(|tell| if let Tell::Measuring(far) = tell { Some((far.done, far.all)) } else { None })
        .collect();
    assert_eq!(far, (0..=8).map(|done| (done, 8)).collect::<Vec<_>>());
    let (mounted, sent) = (measured(&told), measured(&lab.ask(on(false))));
    let sum = |series: &[drydock::course::Series]| series[0].rounds.iter().sum::<u64>();
    assert_eq!(mounted[0].name, "mounted from the first repository");
    assert!(sum(&sent) > 10 * sum(&mounted), "{sent:?} {mounted:?}");
    assert_eq!(lab.history.position, 0, "measuring changed the lab");
}

#[test]
fn a_handout_is_made_question_by_question_and_can_be_given_up() {
    let mut lab = Lab::open();
    let told = lab.ask(Ask::Handout);
    let far =
        told.iter().filter_map(|tell| if let Tell::Solving { done, all } = tell { Some((*done, *all)) } else { None });
    let far: Vec<_> = far.collect();
    assert_eq!(far, (0..far.len()).map(|done| (done, far.len() - 1)).collect::<Vec<_>>());
    let Some(Tell::Handout(Some(handout))) = told.last() else { panic!("it comes last: {told:#?}") };
    assert_eq!(handout.parts.iter().map(|part| part.solved.len()).sum::<usize>(), far.len() - 1);
    assert!(handout.parts.iter().all(|part| part.solved.len() == part.questions.len()));
    assert_eq!(lab.history.position, 0, "the handout changed the lab");

    lab.ask_only(Ask::Handout);
    assert!(matches!(lab.ask_only(Ask::Handout)[..], [Tell::Refused(_)]), "one is enough");
    assert_eq!(lab.ask_only(Ask::StopHandout), [Tell::Handout(None)]);
    assert_eq!(lab.ask_only(Ask::StopHandout), []);
}

#[test]
fn what_does_not_exist_is_refused() {
    let mut lab = Lab::open();
    let asks = [
        Ask::Answer(Answer { question: "quiz-9".to_owned(), said: Said::Choice(0) }),
        Ask::Answer(Answer { question: "quiz-1".to_owned(), said: Said::Choice(9) }),
        Ask::Answer(Answer { question: "quiz-1".to_owned(), said: Said::Number("3".to_owned()) }),
        Ask::Measure { id: "cost-0".to_owned(), on: Vec::new() },
        Ask::Measure { id: "cost-1".to_owned(), on: vec![true; 9] },
        Ask::ShowMe { id: "moment-0".to_owned() },
        Ask::ShowMe { id: "quiz-1-choice-0".to_owned() },
        Ask::EditStep { step: usize::MAX, line: String::new() },
        Ask::Redo,
        Ask::Export { machine: "laptop".to_owned(), reference: "nosuch".to_owned() },
        Ask::Export { machine: "moon".to_owned(), reference: "nosuch".to_owned() },
        Ask::Line { machine: Some("moon".to_owned()), line: "pwd".to_owned() },
        Ask::WriteFile { machine: "laptop".to_owned(), path: "/nosuch/x".to_owned(), text: String::new() },
        Ask::Open { lesson: "../x".to_owned(), language: "en".to_owned(), saved: None },
        Ask::Open { lesson: "nosuch".to_owned(), language: "en".to_owned(), saved: None },
    ];
    for ask in asks {
        let told = lab.ask(ask.clone());
        assert!(told.iter().any(|tell| matches!(tell, Tell::Refused(_))), "{ask:?}: {told:#?}");
    }
}
