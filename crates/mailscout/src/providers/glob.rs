//! Names with places left open, compared label by label.
//!
//! | in a pattern | stands for |
//! |---|---|
//! | `?` | one character of a label |
//! | `*` within a label | any characters of that label, or none |
//! | `*` as the first label | one or more labels |
//! | `*` as the last label | the registry of a country: `de`, `co.uk`, `com.br` |
//!
//! No star but the first label's crosses a dot, so that nothing matches by having a known name
//! somewhere in its own.

use mailscout_discover::is_registry_suffix;

/// What stands before the country in a registry of two labels that a glob may mean. Others, such
/// as `tokyo.jp`, sell names that nobody would look for there.
const SECOND_LEVEL: [&str; 2] = ["co", "com"];

/// Whether the name, in lower case without a final dot, is one that the pattern means.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("*.") {
        let more = labels(name).count().checked_sub(labels(rest).count());
        return more.is_some_and(|more| {
            more > 0
                && labels(name).take(more).all(|label| !label.is_empty())
                && all_match(rest, labels(name).skip(more))
        });
    }
    if let Some(rest) = pattern.strip_suffix(".*") {
        let length = labels(rest).count();
        let country = labels(name).skip(length).collect::<Vec<_>>().join(".");
        return is_of_a_country(&country) && all_match(rest, labels(name).take(length));
    }
    all_match(pattern, labels(name))
}

fn labels(name: &str) -> std::str::Split<'_, char> {
    name.split('.')
}

/// Whether there are as many labels as the pattern has, and each matches.
fn all_match<'a>(pattern: &str, mut names: impl Iterator<Item = &'a str>) -> bool {
    labels(pattern).all(|pattern| names.next().is_some_and(|name| is_label(pattern, name)))
        && names.next().is_none()
}

/// Whether a country's registry gives out names right below this one. Names below `com.de` or
/// `github.io` are given out as well, but by anybody.
fn is_of_a_country(suffix: &str) -> bool {
    let (before, country) = suffix.rsplit_once('.').unwrap_or(("", suffix));
    country.len() == 2
        && (before.is_empty() || SECOND_LEVEL.contains(&before))
        && is_registry_suffix(suffix)
}

/// One label against one of the pattern: a star takes as little as will do, and is the only place
/// to come back to.
fn is_label(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    let mut star = None;
    loop {
        match (pattern.next(), name.clone().next()) {
            (Some('*'), _) => star = Some((pattern.clone(), name.clone())),
            (Some('?'), Some(_)) => drop(name.next()),
            (Some(wanted), Some(found)) if wanted == found => drop(name.next()),
            (None, None) => return true,
            (_, None) => return false,
            (_, Some(_)) => {
                let Some((after, mut taken)) = star.take() else { return false };
                taken.next();
                (pattern, name) = (after.clone(), taken.clone());
                star = Some((after, taken));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        for name in yes {
            assert!(matches(pattern, name), "{pattern} does not match {name}");
        }
        for name in no {
            assert!(!matches(pattern, name), "{pattern} matches {name}");
        }
    }

    #[test]
    fn a_question_mark_is_one_character_and_a_star_any_within_the_label() {
        check("mx?.qq.com", &["mx1.qq.com"], &["mx.qq.com", "mx12.qq.com", "mx1.qq.com.cn"]);
        check("mx?.qq.com", &[], &["mxbiz1.qq.com", "a.mx1.qq.com", "mx..qq.com", "qq.com", ""]);
        check("mx-*.a.net", &["mx-eu.a.net", "mx-.a.net"], &["mx-eu.b.a.net", "mx.a.net"]);
        check("a*b*c.d", &["abc.d", "axbbxc.d", "abcbc.d"], &["acb.d", "ab.d", "abcd.d"]);
        check("*x?.d.e", &["x1.d.e", "axx1.d.e"], &["x.d.e", "x12.d.e"]);
    }

    #[test]
    fn a_star_in_front_is_one_label_or_more() {
        check(
            "*.mx.example",
            &["a.mx.example", "a.b.mx.example"],
            &["mx.example", ".mx.example", "a..mx.example", "amx.example", "a.mx.example.org"],
        );
    }

    #[test]
    fn a_star_at_the_end_is_a_country() {
        check(
            "hotmail.*",
            &["hotmail.de", "hotmail.co.uk", "hotmail.uk", "hotmail.com.br", "hotmail.eu"],
            &[
                "hotmail.evil.example",
                "hotmail.example",
                "hotmail.xyz",
                "hotmail.com",
                "hotmail.com.de",
                "hotmail.co.com",
                "hotmail.github.io",
                "hotmail.tokyo.jp",
                "hotmail.zz",
                "hotmail.de.uk",
                "hotmail.",
                "hotmail",
                "my.hotmail.de",
                "nothotmail.de",
                "co.uk",
            ],
        );
    }
}
