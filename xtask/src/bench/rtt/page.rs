//! docs/performance.md: what was measured goes between two marks, and the rest is left as it is.

use std::fs;

use anyhow::{Context, Result};

use crate::repository;

const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- cargo xtask bench rtt writes from here -->\n";
const END: &str = "<!-- to here -->\n";

/// Writes what was measured into the page, and gives its path from the root.
pub(super) fn write(measured: &str) -> Result<&'static str> {
    let file = repository::root().join(PAGE);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {PAGE}"))?;
    let text = replaced(&text, measured).with_context(|| format!("{PAGE} has no marks"))?;
    fs::write(&file, text).with_context(|| format!("cannot write {PAGE}"))?;
    Ok(PAGE)
}

/// The page with something else between its marks; `None` when it has none.
fn replaced(page: &str, measured: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n\n{END}{after}", measured.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let page = format!("# Page\n\n{BEGIN}old\n{END}\nRest.\n");
        let once = replaced(&page, "new\n").expect("marks");
        assert_eq!(once, format!("# Page\n\n{BEGIN}\nnew\n\n{END}\nRest.\n"));
        assert_eq!(replaced(&once, "new\n"), Some(once));
        assert_eq!(replaced("# Page\n", "new"), None);
        assert_eq!(replaced(&format!("{END}{BEGIN}"), "new"), None);
    }

    #[test]
    fn the_page_has_its_marks() {
        let page = fs::read_to_string(repository::root().join(PAGE)).expect("the page");
        assert!(replaced(&page, "").is_some());
    }
}
