//! docs/performance.md: what was measured goes between two marks, and the rest is left as it is.

use std::fs;

use anyhow::{Context, Result};

use crate::repository;

const PAGE: &str = "docs/performance.md";
const END: &str = "<!-- to here -->\n";

/// What writes a part of the page, by its command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Criterion,
    RoundTrips,
    Start,
}

impl Part {
    fn begin(self) -> String {
        let command = match self {
            Self::Criterion => "cargo xtask bench",
            Self::RoundTrips => "cargo xtask bench rtt",
            Self::Start => "cargo xtask bench start",
        };
        format!("<!-- {command} writes from here -->\n")
    }
}

/// Writes what was measured into its part of the page, and gives the page's path from the root.
pub(super) fn write(part: Part, measured: &str) -> Result<&'static str> {
    let file = repository::root().join(PAGE);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {PAGE}"))?;
    let text =
        replaced(&text, &part.begin(), measured).with_context(|| format!("{PAGE} has no marks"))?;
    fs::write(&file, text).with_context(|| format!("cannot write {PAGE}"))?;
    Ok(PAGE)
}

/// The page with something else between the mark and the next end; `None` where they are missing.
fn replaced(page: &str, begin: &str, measured: &str) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{begin}\n{}\n\n{END}{after}", measured.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_its_marks_changes() {
        let part = |part: Part, text: &str| format!("{}{text}{END}", part.begin());
        let other = part(Part::Start, "kept\n");
        let page = format!("# Page\n\n{other}{}\nRest.\n", part(Part::RoundTrips, "old\n"));
        let begin = Part::RoundTrips.begin();
        let once = replaced(&page, &begin, "new\n").expect("marks");
        let new = part(Part::RoundTrips, "\nnew\n\n");
        assert_eq!(once, format!("# Page\n\n{other}{new}\nRest.\n"));
        assert_eq!(replaced(&once, &begin, "new\n"), Some(once));
        assert_eq!(replaced("# Page\n", &begin, "new"), None);
        assert_eq!(replaced(&format!("{END}{begin}"), &begin, "new"), None);
    }

    #[test]
    fn the_page_has_its_marks() {
        let page = fs::read_to_string(repository::root().join(PAGE)).expect("the page");
        for part in [Part::Criterion, Part::RoundTrips, Part::Start] {
            let parts = page.split(&part.begin()).collect::<Vec<_>>();
            let [_, after] = parts[..] else { panic!("{part:?} is there once") };
            let (own, _) = after.split_once(END).expect("an end");
            assert!(!own.contains("<!--"), "{part:?} ends before the next one begins");
        }
    }
}
