//! The entries of a directory: kept in the order of the file, found by base, scope and filter.

use super::{
    dn::{Dn, first},
    message::{Scope, Search},
};

/// An attribute and its values.
pub(crate) type Attribute = (String, Vec<String>);

/// One entry.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    dn: Dn,
    pub(super) name: String,
    attributes: Vec<Attribute>,
    /// Given only to who asks for them.
    operational: Vec<Attribute>,
    /// It stands there because something stands below it.
    made_up: bool,
}

impl Entry {
    /// An entry with what each one has: its class, its name, and its own part of the name.
    fn new(
        dn: Dn,
        name: &str,
        mut attributes: Vec<Attribute>,
        made_up: bool,
        (kind, value): (&str, &str),
    ) -> Self {
        let kind = kind.to_ascii_lowercase();
        let class = match kind.as_str() {
            "dc" => "domainDNS",
            "ou" => "organizationalUnit",
            _ => "container",
        };
        let class: &[&str] = if made_up { &["top", class] } else { &["top"] };
        let own = [
            ("objectClass", class),
            (&kind, &[value]),
            ("name", &[value]),
            ("distinguishedName", &[name]),
        ];
        for (kind, values) in own {
            if !attributes.iter().any(|(known, _)| known.eq_ignore_ascii_case(kind)) {
                attributes.push(attribute(kind, values));
            }
        }
        let operational =
            vec![attribute("createTimestamp", &[NOW]), attribute("modifyTimestamp", &[NOW])];
        Self { dn, name: name.to_owned(), attributes, operational, made_up }
    }

    /// The values of an attribute, by its lower-case name.
    fn values(&self, name: &str) -> Option<&[String]> {
        let mut all = self.attributes.iter().chain(&self.operational);
        let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, values)| values.as_slice())
    }

    /// The attributes that a search asks for, in the order and spelling of the entry.
    pub(super) fn selected(&self, wanted: &[String]) -> Vec<(&str, &[String])> {
        let has = |name: &str| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        let usual = wanted.is_empty() || has("*");
        let usual = self.attributes.iter().filter(|(name, _)| usual || has(name));
        let special = self.operational.iter().filter(|(name, _)| has("+") || has(name));
        usual.chain(special).map(|(name, values)| (name.as_str(), values.as_slice())).collect()
    }
}

/// All entries of a directory, and what it says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    root: Entry,
    /// The naming contexts, each before those within it.
    contexts: Vec<Dn>,
    entries: Vec<Entry>,
}

/// Why an entry cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// Its name is none.
    Name,
    /// It is in no naming context.
    Outside,
    /// There is one of this name.
    Twice,
}

impl Tree {
    /// A tree of these naming contexts, each before those within it.
    ///
    /// What the directory says of itself has the empty name; Active Directory gives it to
    /// everybody and without a `+`.
    pub(crate) fn new(root: Vec<Attribute>, contexts: &[String]) -> Result<Self, Misfit> {
        let root = Entry {
            dn: Dn::read("").ok_or(Misfit::Name)?,
            name: String::new(),
            attributes: root,
            operational: vec![attribute("objectClass", &["top"])],
            made_up: false,
        };
        let mut tree = Self { root, contexts: Vec::new(), entries: Vec::new() };
        for name in contexts {
            tree.contexts.push(Dn::read(name).ok_or(Misfit::Name)?);
            tree.push(name, Vec::new(), true)?;
        }
        Ok(tree)
    }

    /// Adds an entry, and before it a container for each of its parents that is not there.
    pub(crate) fn add(&mut self, name: &str, attributes: Vec<Attribute>) -> Result<(), Misfit> {
        self.push(name, attributes, false)
    }

    fn push(
        &mut self,
        name: &str,
        attributes: Vec<Attribute>,
        made_up: bool,
    ) -> Result<(), Misfit> {
        let dn = Dn::read(name).ok_or(Misfit::Name)?;
        let context = self.context(&dn).ok_or(Misfit::Outside)?.clone();
        let known = self.entries.iter().position(|entry| entry.dn == dn);
        let (kind, value, parent) = first(name).ok_or(Misfit::Name)?;
        if dn != context && dn.parent().is_some_and(|above| self.find(&above).is_none()) {
            self.push(parent, Vec::new(), true)?;
        }
        let entry = Entry::new(dn, name, attributes, made_up, (&kind, &value));
        match known.map(|at| self.entries.get_mut(at)) {
            Some(Some(known)) if known.made_up => *known = entry,
            Some(_) => return Err(Misfit::Twice),
            None => self.entries.push(entry),
        }
        Ok(())
    }

    /// The entries that a search finds, in the order of the file; else as much of the name of its
    /// base as exists. A search does not leave its naming context.
    pub(super) fn find_all(&self, search: &Search, base: &Dn) -> Result<Vec<&Entry>, &str> {
        if self.is_about_itself(search, base) {
            let fits = search.filter.fits(&|name| self.root.values(name));
            return Ok(if fits { vec![&self.root] } else { Vec::new() });
        }
        if self.find(base).is_none() {
            return Err(self.above(base));
        }
        let context = self.context(base);
        let in_scope = |entry: &&Entry| match search.scope {
            Scope::Base => entry.dn == *base,
            Scope::One => entry.dn.parent().as_ref() == Some(base),
            Scope::Sub => entry.dn.is_within(base),
        };
        let found = self.entries.iter().filter(in_scope);
        let found = found.filter(|entry| self.context(&entry.dn) == context);
        Ok(found.filter(|entry| search.filter.fits(&|name| entry.values(name))).collect())
    }

    /// Whether a search asks for what the directory says of itself.
    pub(super) fn is_about_itself(&self, search: &Search, base: &Dn) -> bool {
        *base == self.root.dn && search.scope == Scope::Base
    }

    /// The innermost naming context of a name.
    fn context(&self, dn: &Dn) -> Option<&Dn> {
        self.contexts.iter().rev().find(|context| dn.is_within(context))
    }

    fn find(&self, dn: &Dn) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.dn == *dn)
    }

    fn above(&self, base: &Dn) -> &str {
        let mut dn = base.parent();
        while let Some(above) = dn {
            if let Some(entry) = self.find(&above) {
                return &entry.name;
            }
            dn = above.parent();
        }
        ""
    }
}

/// An attribute with these values.
pub(crate) fn attribute(name: &str, values: &[&str]) -> Attribute {
    (name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
}

/// The beginning of 2026: in the lab it is always then.
const NOW: &str = "20260101000000.0Z";
