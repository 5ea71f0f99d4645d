//! Tool calls: the choice of a tool, and the answer from the results.

use serde_json::{Map, Value, json};

use super::words;

/// A call of the first tool that was not called yet and whose name or
/// description shares a word with the question.
pub(super) fn choose_call(body: &Value) -> Option<Value> {
    let question = find_question(body)?;
    let wanted = words::split_stems(question);
    let called: Vec<&str> = content_blocks(body)
        .filter_map(|block| block.pointer("/toolUse/name")?.as_str())
        .collect();
    let tools = body.pointer("/toolConfig/tools")?.as_array()?;
    let tool = tools.iter().find_map(|tool| {
        let spec = tool.get("toolSpec")?;
        let name = spec.get("name")?.as_str()?;
        let description = spec.get("description").and_then(Value::as_str);
        let spec_text = format!("{} {}", name.replace('_', " "), description.unwrap_or(""));
        let fits = words::split_stems(&spec_text)
            .iter()
            .any(|word| wanted.contains(word));
        (fits && !called.contains(&name)).then_some((name, spec))
    });
    let (name, spec) = tool?;
    let id = format!("tooluse_{}", called.len() + 1);
    let input = build_arguments(spec, question);
    Some(json!({"toolUse": {"toolUseId": id, "name": name, "input": input}}))
}

/// The results of the tools, as sentences. `None` without any result.
pub(super) fn describe_results(body: &Value) -> Option<String> {
    let results = content_blocks(body).filter_map(|block| {
        let result = block.pointer("/toolResult/content/0")?;
        let text = result.get("text").and_then(Value::as_str);
        text.map(str::to_owned)
            .or_else(|| Some(describe_fields(result.get("json")?.as_object()?)))
    });
    let results: Vec<_> = results.collect();
    (!results.is_empty()).then(|| results.join(" "))
}

fn describe_fields(result: &Map<String, Value>) -> String {
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

/// The question's first number for numeric parameters, the question itself for
/// all others.
fn build_arguments(spec: &Value, question: &str) -> Value {
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

fn find_question(body: &Value) -> Option<&str> {
    content_blocks(body).find_map(|block| block.get("text")?.as_str())
}

fn content_blocks(body: &Value) -> impl Iterator<Item = &Value> {
    let messages = body.get("messages").and_then(Value::as_array);
    let contents = messages.into_iter().flatten();
    let contents = contents.filter_map(|message| message.get("content")?.as_array());
    contents.flatten()
}
