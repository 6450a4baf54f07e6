//! The summary of a journal: what does not change from run to run.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use super::{Answer, Entry, Slot};

/// The lines of the summary; see [`Journal::summary`](super::Journal::summary).
pub(super) fn lines(slots: &[Slot]) -> Vec<String> {
    let mut lines = questions(slots);
    lines.extend(talks(slots));
    lines
}

/// The lines for clients that ask many things at the same time; see
/// [`Journal::sorted_summary`](super::Journal::sorted_summary).
pub(super) fn sorted_lines(slots: &[Slot]) -> Vec<String> {
    let mut lines = questions(slots);
    lines.sort();
    lines.dedup_by(|later, earlier| later.starts_with("dns ") && later == earlier);
    lines.extend(talks(slots));
    lines
}

/// What was asked outside the conversations with mail servers.
fn questions(slots: &[Slot]) -> Vec<String> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for Slot { entry, .. } in slots.iter().filter(|slot| slot.talk.is_none()) {
        match entry {
            Entry::Tcp { .. } => {}
            Entry::Dns { name, kind, answer } => add_question(&mut lines, name, kind, answer),
            other => lines.push(Line::Other(other)),
        }
    }
    let mut texts: Vec<String> = lines.iter().map(Line::text).collect();
    // Two whole look-ups of one name with the same answer, one right after the other.
    texts.dedup_by(|later, earlier| later.starts_with("dns ") && later == earlier);
    texts
}

/// The conversations, one after the other.
fn talks(slots: &[Slot]) -> Vec<String> {
    let mut talks: BTreeMap<usize, (&str, u16, Vec<String>)> = BTreeMap::new();
    for Slot { entry, talk, .. } in slots {
        let Some(number) = talk else {
            continue;
        };
        match entry {
            Entry::Tcp { host, port } => drop(talks.insert(*number, (host, *port, Vec::new()))),
            Entry::Ended { .. } => {}
            other => {
                if let Some((_, _, lines)) = talks.get_mut(number) {
                    lines.push(other.to_string());
                }
            }
        }
    }
    let mut talks: Vec<_> = talks.into_values().collect();
    talks.sort();
    talks.into_iter().flat_map(|(_, _, lines)| lines).collect()
}

enum Line<'a> {
    /// A and AAAA of one name, or one question of another type.
    Question {
        name: &'a str,
        answers: Vec<(&'a str, &'a Answer)>,
    },
    Other(&'a Entry),
}

impl Line<'_> {
    fn text(&self) -> String {
        match self {
            Self::Other(entry) => entry.to_string(),
            Self::Question { name, answers } => {
                let mut kinds: Vec<&str> = answers.iter().map(|(kind, _)| *kind).collect();
                kinds.sort_unstable();
                format!("dns {} {name} -> {}", kinds.join("/"), merged(answers))
            }
        }
    }
}

fn add_question<'a>(lines: &mut Vec<Line<'a>>, name: &'a str, kind: &'a str, answer: &'a Answer) {
    if let Some(Line::Question { name: last, answers }) = lines.last()
        && *last == name
        && answers.contains(&(kind, answer))
    {
        return;
    }
    let other = match kind {
        "A" => "AAAA",
        "AAAA" => "A",
        _ => "",
    };
    let half = lines.iter_mut().find_map(|line| match line {
        Line::Question { name: asked, answers } => {
            let open = matches!(answers.as_slice(), [(only, _)] if *only == other);
            (*asked == name && open).then_some(answers)
        }
        Line::Other(_) => None,
    });
    match half {
        Some(answers) => answers.push((kind, answer)),
        None => lines.push(Line::Question { name, answers: vec![(kind, answer)] }),
    }
}

/// Addresses in order, then what else was answered; "no data" only when nothing else was.
fn merged(answers: &[(&str, &Answer)]) -> String {
    if let [(_, only)] = answers {
        return only.to_string();
    }
    let mut addresses: BTreeSet<IpAddr> = BTreeSet::new();
    let mut words: BTreeSet<String> = BTreeSet::new();
    for (_, answer) in answers {
        match answer {
            Answer::Records(data) => {
                addresses.extend(data.iter().filter_map(|text| text.parse::<IpAddr>().ok()));
            }
            Answer::NoData => {}
            other => drop(words.insert(other.to_string())),
        }
    }
    if addresses.is_empty() && words.is_empty() {
        return Answer::NoData.to_string();
    }
    let addresses = addresses.iter().map(ToString::to_string);
    addresses.chain(words).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Answer, Entry, Slot, lines, sorted_lines};

    #[track_caller]
    fn check(questions: &[(&str, &str, Answer)], expected: &[&str]) {
        assert_eq!(lines(&slots(questions)), expected);
    }

    fn slots(questions: &[(&str, &str, Answer)]) -> Vec<Slot> {
        let entries = questions.iter().map(|(kind, name, answer)| Entry::Dns {
            name: (*name).to_owned(),
            kind: (*kind).to_owned(),
            answer: answer.clone(),
        });
        entries.map(|entry| Slot { entry, counts: true, talk: None }).collect()
    }

    fn records(data: &[&str]) -> Answer {
        Answer::Records(data.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn both_address_types_are_one_line_where_the_first_stood() {
        check(
            &[
                ("AAAA", "a.example", Answer::NoData),
                ("SRV", "b.example", Answer::NxDomain),
                ("A", "a.example", records(&["203.0.113.9", "203.0.113.10"])),
            ],
            &["dns A/AAAA a.example -> 203.0.113.9, 203.0.113.10", "dns SRV b.example -> nxdomain"],
        );
    }

    #[test]
    fn different_failures_of_the_two_are_both_told() {
        check(
            &[
                ("A", "a.example", Answer::ServFail),
                ("AAAA", "a.example", records(&["2001:db8::1"])),
            ],
            &["dns A/AAAA a.example -> 2001:db8::1, servfail"],
        );
        check(
            &[("A", "a.example", Answer::NoData), ("AAAA", "a.example", Answer::NoData)],
            &["dns A/AAAA a.example -> no data"],
        );
    }

    #[test]
    fn retransmissions_are_told_once_whatever_their_order() {
        let ask = |kind| (kind, "a.example", Answer::Silence);
        let expected = ["dns A/AAAA a.example -> silence"];
        check(&[ask("A"), ask("A"), ask("AAAA"), ask("AAAA")], &expected);
        check(&[ask("A"), ask("AAAA"), ask("AAAA"), ask("A")], &expected);
        check(&[ask("A"), ask("AAAA"), ask("A")], &expected);
    }

    #[test]
    fn a_look_up_that_comes_back_after_another_is_told_again() {
        let ask = |name| ("A", name, Answer::NxDomain);
        check(
            &[ask("a.example"), ask("b.example"), ask("a.example")],
            &[
                "dns A a.example -> nxdomain",
                "dns A b.example -> nxdomain",
                "dns A a.example -> nxdomain",
            ],
        );
    }

    #[test]
    fn sorted_lines_are_the_same_whatever_came_first() {
        let ask = |name| ("A", name, Answer::NxDomain);
        let questions = [ask("b.example"), ask("a.example"), ask("b.example")];
        let expected = ["dns A a.example -> nxdomain", "dns A b.example -> nxdomain"];
        assert_eq!(sorted_lines(&slots(&questions)), expected);
    }
}
