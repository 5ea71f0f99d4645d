//! What is known of a call beyond what models have in common.

/// The value of a fact. It is never content: what a redaction has to see is
/// elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact {
    Bool(bool),
    Float(f64),
    Int(i64),
    Text(String),
    Texts(Vec<String>),
}

/// Facts by the names of their attributes, each at most once.
#[derive(Debug, Default)]
pub(crate) struct Facts(Vec<(&'static str, Fact)>);

impl Facts {
    /// The newer value wins.
    pub(crate) fn put(&mut self, name: &'static str, value: impl Into<Fact>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds to a count.
    pub(crate) fn add(&mut self, name: &'static str, more: i64) {
        let known = self.0.iter().find_map(|(known, value)| match value {
            Fact::Int(count) if *known == name => Some(*count),
            _ => None,
        });
        self.put(name, known.unwrap_or(0).saturating_add(more));
    }

    /// Puts what is there; what is absent changes nothing.
    pub(crate) fn some(&mut self, name: &'static str, value: Option<impl Into<Fact>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Puts a text that is not empty.
    pub(crate) fn text(&mut self, name: &'static str, value: Option<&str>) {
        self.some(name, value.filter(|value| !value.is_empty()));
    }

    /// The text of a fact.
    pub(crate) fn known_text(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(known, value)| match value {
            Fact::Text(text) if *known == name => Some(text.as_str()),
            _ => None,
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(&'static str, Fact)> {
        self.0.iter()
    }
}

impl From<bool> for Fact {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Fact {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<i64> for Fact {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Fact {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Fact {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<String>> for Fact {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}
