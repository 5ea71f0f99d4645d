//! Attributes that only some operations have.

/// The value of an extra attribute. Never content: the redaction does not see
/// it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AttributeValue {
    Bool(bool),
    Float(f64),
    Int(i64),
    Text(String),
    Texts(Vec<String>),
}

/// Extra attributes by name, each at most once.
#[derive(Debug, Default)]
pub(crate) struct ExtraAttributes(Vec<(&'static str, AttributeValue)>);

impl ExtraAttributes {
    /// Sets the value, over an earlier one.
    pub(crate) fn insert(&mut self, name: &'static str, value: impl Into<AttributeValue>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds to a count.
    pub(crate) fn add_to_count(&mut self, name: &'static str, more: i64) {
        let known = self.0.iter().find_map(|(known, value)| match value {
            AttributeValue::Int(count) if *known == name => Some(*count),
            _ => None,
        });
        self.insert(name, known.unwrap_or(0).saturating_add(more));
    }

    /// Sets the value if there is one.
    pub(crate) fn insert_if_some(
        &mut self,
        name: &'static str,
        value: Option<impl Into<AttributeValue>>,
    ) {
        if let Some(value) = value {
            self.insert(name, value);
        }
    }

    /// Sets a text that is not empty.
    pub(crate) fn insert_text(&mut self, name: &'static str, value: Option<&str>) {
        self.insert_if_some(name, value.filter(|value| !value.is_empty()));
    }

    pub(crate) fn get_text(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(known, value)| match value {
            AttributeValue::Text(text) if *known == name => Some(text.as_str()),
            _ => None,
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(&'static str, AttributeValue)> {
        self.0.iter()
    }
}

impl From<bool> for AttributeValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for AttributeValue {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<i64> for AttributeValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for AttributeValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for AttributeValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<String>> for AttributeValue {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}
