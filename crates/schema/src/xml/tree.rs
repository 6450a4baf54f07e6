//! Elements of a parsed document: names without regard to namespace, prefix or letter case.

use roxmltree::Node;

use super::{Remarks, clip};
use crate::notice::code;
use crate::text::Text;
use crate::vocabulary::Token;

/// An element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a>(Node<'a, 'a>);

impl<'a> Element<'a> {
    pub(super) fn new(node: Node<'a, 'a>) -> Self {
        Self(node)
    }

    /// The local name, as it stands.
    pub(crate) fn name(self) -> &'a str {
        self.0.tag_name().name()
    }

    /// The namespace, where there is one.
    pub(crate) fn namespace(self) -> Option<&'a str> {
        self.0.tag_name().namespace()
    }

    /// Where its tag begins, in bytes of the decoded text.
    pub(crate) fn start(self) -> usize {
        self.0.range().start
    }

    /// Whether the element has that name.
    pub(crate) fn is(self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// The elements directly inside.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        self.0.children().filter(Node::is_element).map(Self)
    }

    /// The text directly inside, comments left out, tidied; `None` where there is none.
    pub(crate) fn text(self) -> Option<Text> {
        let mut texts =
            self.0.children().filter_map(|node| if node.is_text() { node.text() } else { None });
        let first = texts.next()?;
        match texts.next() {
            None => Text::tidy(first),
            Some(second) => {
                let mut whole = String::from(first);
                whole.push_str(second);
                whole.extend(texts);
                Text::tidy(&whole)
            }
        }
    }

    /// The value of an attribute, tidied; `None` where it is absent or blank.
    pub(crate) fn attribute(self, name: &str) -> Option<Text> {
        Text::tidy(self.value(name)?)
    }

    fn value(self, name: &str) -> Option<&'a str> {
        let mut attributes = self.0.attributes();
        let found = attributes.find(|attribute| attribute.name().eq_ignore_ascii_case(name))?;
        Some(found.value())
    }

    /// The text directly inside as a token; `None` where there is none.
    pub(crate) fn token<T: Token>(self) -> Option<T> {
        let mut children = self.0.children();
        let only = children.next().filter(|child| child.is_text() && children.next().is_none());
        let known = only.and_then(|only| T::known(only.text()?.trim()));
        known.or_else(|| self.text().map(T::from))
    }

    /// The value of an attribute as a token; `None` where it is absent or blank.
    pub(crate) fn attribute_token<T: Token>(self, name: &str) -> Option<T> {
        let value = self.value(name)?;
        T::known(value.trim()).or_else(|| Text::tidy(value).map(T::from))
    }

    /// Sorts the elements inside by name, in one pass: the first of each known name is returned,
    /// a second one of it remarked on. What has no known name is offered to `other`, which says
    /// whether it took the element; what nobody takes is remarked on, once per name.
    pub(crate) fn fields<const N: usize>(
        self,
        names: &[&'static str; N],
        remarks: &mut Remarks,
        mut other: impl FnMut(Self, &mut Remarks) -> bool,
    ) -> [Option<Self>; N] {
        let mut found = [None; N];
        for child in self.children() {
            let found_name = child.name();
            // Exact names are by far the most, and compare fastest.
            let index = names
                .iter()
                .position(|name| *name == found_name)
                .or_else(|| names.iter().position(|name| found_name.eq_ignore_ascii_case(name)));
            let slot = index.and_then(|index| names.get(index).zip(found.get_mut(index)));
            let Some((name, slot)) = slot else {
                if !other(child, remarks) {
                    remarks.add_unknown(found_name, self.name(), child.start());
                }
                continue;
            };
            child.remark_on_case(name, remarks);
            if slot.is_none() {
                *slot = Some(child);
            } else {
                let what = format_args!("a second `{name}` is ignored");
                remarks.add(code::DUPLICATE_ELEMENT, Some(child.start()), what);
            }
        }
        found
    }

    /// Remarks on a known name in other letters.
    pub(crate) fn remark_on_case(self, name: &str, remarks: &mut Remarks) {
        if self.name() != name {
            let what =
                format_args!("`{}` is spelt `{name}`; other letters are taken", clip(self.name()));
            remarks.add_once(code::LETTER_CASE, Some(self.start()), what);
        }
    }
}
