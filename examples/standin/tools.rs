//! Which of the tools in a request the stand-in calls, and what it says of their
//! results.

use serde_json::{Map, Value, json};

use super::words;

/// The next tool whose name or description has a word of the question, and that
/// was not called yet.
pub(super) fn next(body: &Value) -> Option<Value> {
    let question = first_text(body)?;
    let wanted = words::stems(question);
    let called: Vec<&str> = blocks(body)
        .filter_map(|block| block.pointer("/toolUse/name")?.as_str())
        .collect();
    let tools = body.pointer("/toolConfig/tools")?.as_array()?;
    let tool = tools.iter().find_map(|tool| {
        let spec = tool.get("toolSpec")?;
        let name = spec.get("name")?.as_str()?;
        let description = spec.get("description").and_then(Value::as_str);
        let said = format!("{} {}", name.replace('_', " "), description.unwrap_or(""));
        let fits = words::stems(&said).iter().any(|word| wanted.contains(word));
        (fits && !called.contains(&name)).then_some((name, spec))
    });
    let (name, spec) = tool?;
    let id = format!("tooluse_{}", called.len() + 1);
    let input = arguments(spec, question);
    Some(json!({"toolUse": {"toolUseId": id, "name": name, "input": input}}))
}

/// What the tools told, as sentences. `None` where none was called.
pub(super) fn told(body: &Value) -> Option<String> {
    let results = blocks(body).filter_map(|block| {
        let result = block.pointer("/toolResult/content/0")?;
        let text = result.get("text").and_then(Value::as_str);
        text.map(str::to_owned)
            .or_else(|| Some(sentence(result.get("json")?.as_object()?)))
    });
    let results: Vec<_> = results.collect();
    (!results.is_empty()).then(|| results.join(" "))
}

fn sentence(result: &Map<String, Value>) -> String {
    let facts = result.iter().map(|(name, value)| match value {
        Value::String(text) => format!("the {name} is {text}"),
        other => format!("the {name} is {other}"),
    });
    let mut sentence = facts.collect::<Vec<_>>().join(", ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence + "."
}

/// A number for what is to be one, the question for all else.
fn arguments(spec: &Value, question: &str) -> Value {
    let properties = spec.pointer("/inputSchema/json/properties");
    let properties = properties.and_then(Value::as_object).into_iter().flatten();
    let digits = |letter: char| !letter.is_ascii_digit();
    let number = question
        .split(digits)
        .find_map(|word| word.parse::<u64>().ok());
    let arguments = properties.map(|(name, schema)| {
        let value = match (schema.get("type").and_then(Value::as_str), number) {
            (Some("integer" | "number"), Some(number)) => json!(number),
            _ => json!(question),
        };
        (name.clone(), value)
    });
    Value::Object(arguments.collect())
}

fn first_text(body: &Value) -> Option<&str> {
    blocks(body).find_map(|block| block.get("text")?.as_str())
}

fn blocks(body: &Value) -> impl Iterator<Item = &Value> {
    let messages = body.get("messages").and_then(Value::as_array);
    let contents = messages.into_iter().flatten();
    let contents = contents.filter_map(|message| message.get("content")?.as_array());
    contents.flatten()
}
