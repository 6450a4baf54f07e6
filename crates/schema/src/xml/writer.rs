//! XML out: elements, attributes and text, indented by two blanks, always well-formed.

/// A document that is being written.
#[derive(Debug)]
pub(crate) struct Writer {
    out: String,
    depth: usize,
}

impl Writer {
    /// A document of one root element; `content` writes what stands in it.
    pub(crate) fn document(
        root: &str,
        attributes: &[(&str, Option<&str>)],
        content: impl FnOnce(&mut Self),
    ) -> String {
        let mut writer =
            Self { out: String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"), depth: 0 };
        writer.element(root, attributes, content);
        writer.out
    }

    /// An element; `content` writes what stands in it. Attributes without a value are left out.
    pub(crate) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, Option<&str>)],
        content: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        let before = self.out.len();
        self.out.push_str(">\n");
        let start = self.out.len();
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.out.len() == start {
            self.out.truncate(before);
            self.out.push_str("/>\n");
        } else {
            self.indent();
            self.close(name);
        }
    }

    /// An element with text in it; nothing where there is no text.
    pub(crate) fn text(&mut self, name: &str, text: Option<impl AsRef<str>>) {
        self.text_with(name, &[], text);
    }

    /// An element with attributes, and text in it; nothing where there is no text.
    pub(crate) fn text_with(
        &mut self,
        name: &str,
        attributes: &[(&str, Option<&str>)],
        text: Option<impl AsRef<str>>,
    ) {
        if let Some(text) = text {
            self.open(name, attributes);
            self.out.push('>');
            self.escape(text.as_ref());
            self.close(name);
        }
    }

    fn open(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            if let Some(value) = value {
                self.out.push(' ');
                self.out.push_str(attribute);
                self.out.push_str("=\"");
                self.escape(value);
                self.out.push('"');
            }
        }
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    fn escape(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                other => self.out.push(other),
            }
        }
    }
}
