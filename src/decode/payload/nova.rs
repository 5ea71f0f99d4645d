//! Amazon Nova: Converse's JSON as a payload.

use super::format::PayloadFormat;
use crate::decode::converse;
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(super) struct Nova;

impl PayloadFormat for Nova {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        let other = |name: &str| OTHERS.iter().any(|other| name.contains(other));
        model
            .name()
            .is_some_and(|name| name.starts_with("nova") && !other(name))
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let own = ["inferenceConfig", "schemaVersion", "toolConfig"]
            .iter()
            .any(|key| body.contains_key(key));
        let untyped = || {
            body.get_array("messages").iter().any(|message| {
                message
                    .get_array("content")
                    .iter()
                    .any(|block| block.is_object() && !block.contains_key("type"))
            })
        };
        if body
            .get("messages")
            .is_none_or(|messages| !messages.is_array())
            || !(own || untyped())
        {
            return false;
        }
        call.operation = Some(CHAT);
        let additional = body.get("additionalModelRequestFields");
        let nested = additional.and_then(|fields| fields.get("inferenceConfig"));
        let places = [body.get("inferenceConfig"), nested, additional, Some(body)];
        converse::read_parameters(places.into_iter().flatten(), call);
        converse::read_conversation(body, call);
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        converse::read_message_response(body, call)
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Json::Object(members) = chunk else {
            return false;
        };
        let mut read = false;
        for (name, event) in members {
            if converse::is_event_name(name) {
                converse::read_event_json(name, event, call);
                read = true;
            }
        }
        read
    }
}

/// Nova models with other payload formats.
const OTHERS: &[&str] = &["canvas", "embed", "reel", "sonic"];
