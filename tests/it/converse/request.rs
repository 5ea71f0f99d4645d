//! The request's side: parameters, and what the caller asks of the service.

use aws_sdk_bedrockruntime::types::{
    GuardrailConfiguration, InferenceConfiguration, JsonSchemaDefinition, OutputConfig,
    OutputFormat, OutputFormatStructure, OutputFormatType, PerformanceConfigLatency,
    PerformanceConfiguration, PromptVariableValues, ServiceTier, ServiceTierType,
};
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::json;

use super::{beginning, converse, converse_with, reply};
use crate::support::mock_bedrock::Answer;
use crate::support::typed;

#[tokio::test]
async fn each_inference_parameter_is_told_as_it_was_asked() {
    let config = InferenceConfiguration::builder;
    let cases = [
        (config(), json!({})),
        (
            config().max_tokens(512),
            json!({"gen_ai.request.max_tokens": 512}),
        ),
        // 0 is a temperature, and 0.1 is not 0.10000000149011612.
        (
            config().temperature(0.0),
            json!({"gen_ai.request.temperature": 0.0}),
        ),
        (
            config().temperature(0.1),
            json!({"gen_ai.request.temperature": 0.1}),
        ),
        (
            config().top_p(0.999),
            json!({"gen_ai.request.top_p": 0.999}),
        ),
        (
            config().stop_sequences("END"),
            json!({"gen_ai.request.stop_sequences": ["END"]}),
        ),
        (
            config().stop_sequences("\n\n").stop_sequences("END"),
            json!({"gen_ai.request.stop_sequences": ["\n\n", "END"]}),
        ),
    ];
    for (config, expected) in cases {
        let config = config.build();
        let span = converse(Answer::json(200, &reply()), |call| {
            call.inference_config(config.clone())
        })
        .await;
        let mut asked = beginning(&span, &["gen_ai.request."]);
        asked
            .as_object_mut()
            .unwrap()
            .remove("gen_ai.request.model");
        assert_eq!(asked, expected, "{config:?}");
    }
}

/// Models take more than Converse has fields for, each under names of its own.
#[tokio::test]
async fn parameters_beside_converses_own_are_told_too() {
    let cases = [
        (json!({"top_k": 250}), json!({"gen_ai.request.top_k": 250})),
        (json!({"topK": 20.0}), json!({"gen_ai.request.top_k": 20})),
        (json!({"k": 0}), json!({"gen_ai.request.top_k": 0})),
        (
            json!({"inferenceConfig": {"topK": 20}}),
            json!({"gen_ai.request.top_k": 20}),
        ),
        (json!({"top_k": "many"}), json!({})),
        (json!({"seed": 42}), json!({"gen_ai.request.seed": 42})),
        (json!({"seed": -1}), json!({"gen_ai.request.seed": -1})),
        (
            json!({"frequency_penalty": 0.5}),
            json!({"gen_ai.request.frequency_penalty": 0.5}),
        ),
        (
            json!({"presence_penalty": -1}),
            json!({"gen_ai.request.presence_penalty": -1.0}),
        ),
        (
            json!({"temperature": 1}),
            json!({"gen_ai.request.temperature": 1.0}),
        ),
        (json!({"p": 0.75}), json!({"gen_ai.request.top_p": 0.75})),
        (
            json!({"max_tokens": 100}),
            json!({"gen_ai.request.max_tokens": 100}),
        ),
        (
            json!({"stop": "END"}),
            json!({"gen_ai.request.stop_sequences": ["END"]}),
        ),
        (
            json!({"stop_sequences": ["a", "b"]}),
            json!({"gen_ai.request.stop_sequences": ["a", "b"]}),
        ),
        (
            json!({"reasoning_effort": "low"}),
            json!({"gen_ai.request.reasoning.level": "low"}),
        ),
        (
            json!({"output_config": {"effort": "medium"}}),
            json!({"gen_ai.request.reasoning.level": "medium"}),
        ),
        (
            json!({"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}}),
            json!({"gen_ai.request.reasoning.level": "high"}),
        ),
        (
            json!({"thinking": {"type": "enabled", "budget_tokens": 1024}}),
            json!({}),
        ),
        (json!("no object"), json!({})),
    ];
    for (fields, expected) in cases {
        let span = converse(Answer::json(200, &reply()), |call| {
            call.additional_model_request_fields(typed::document(&fields))
        })
        .await;
        let mut asked = beginning(&span, &["gen_ai.request."]);
        asked
            .as_object_mut()
            .unwrap()
            .remove("gen_ai.request.model");
        assert_eq!(asked, expected, "{fields}");
    }
}

#[tokio::test]
async fn converses_own_parameters_win_over_those_beside_them() {
    let beside = json!({"temperature": 0.9, "top_p": 0.8, "max_tokens": 7, "stop": "no", "reasoning_effort": "low"});
    let own = InferenceConfiguration::builder()
        .temperature(0.1)
        .top_p(0.2)
        .max_tokens(3)
        .stop_sequences("yes")
        .build();
    let span = converse(Answer::json(200, &reply()), |call| {
        call.additional_model_request_fields(typed::document(&beside))
            .inference_config(own)
            .output_config(OutputConfig::builder().effort("max").build())
    })
    .await;
    let mut asked = beginning(&span, &["gen_ai.request."]);
    asked
        .as_object_mut()
        .unwrap()
        .remove("gen_ai.request.model");
    assert_eq!(
        asked,
        json!({
            "gen_ai.request.max_tokens": 3,
            "gen_ai.request.reasoning.level": "max",
            "gen_ai.request.stop_sequences": ["yes"],
            "gen_ai.request.temperature": 0.1,
            "gen_ai.request.top_p": 0.2,
        })
    );
}

#[tokio::test]
async fn a_schema_for_the_answer_makes_it_json() {
    let schema = JsonSchemaDefinition::builder()
        .schema("{}")
        .build()
        .unwrap();
    let format = OutputFormat::builder()
        .r#type(OutputFormatType::JsonSchema)
        .structure(OutputFormatStructure::JsonSchema(schema))
        .build()
        .unwrap();
    for (config, expected) in [
        (OutputConfig::builder().text_format(format), json!("json")),
        (OutputConfig::builder().effort("low"), json!(null)),
    ] {
        let config = config.build();
        let span = converse(Answer::json(200, &reply()), |call| {
            call.output_config(config)
        })
        .await;
        assert_eq!(span.attribute("gen_ai.output.type"), expected);
    }
}

#[tokio::test]
async fn what_is_asked_of_the_service_is_told_where_it_does_not_answer() {
    let span = converse(Answer::json(200, &reply()), |call| {
        let guardrail = GuardrailConfiguration::builder()
            .guardrail_identifier("sgi5gkybzqak")
            .guardrail_version("DRAFT");
        let latency = PerformanceConfigLatency::Optimized;
        let tier = ServiceTier::builder().r#type(ServiceTierType::Flex);
        call.guardrail_config(guardrail.build())
            .performance_config(PerformanceConfiguration::builder().latency(latency).build())
            .service_tier(tier.build().unwrap())
    })
    .await;
    assert_eq!(
        beginning(
            &span,
            &[
                "aws.bedrock.guardrail.",
                "aws.bedrock.performance",
                "aws.bedrock.service"
            ]
        ),
        json!({
            "aws.bedrock.guardrail.id": "sgi5gkybzqak",
            "aws.bedrock.guardrail.version": "DRAFT",
            "aws.bedrock.performance_config.latency": "optimized",
            "aws.bedrock.service_tier": "flex",
        })
    );
}

/// Their values are content, their names are not worth an attribute alone.
#[tokio::test]
async fn variables_of_a_prompt_go_where_content_goes() {
    for (capture, expected) in [
        (
            ContentCapture::Attributes,
            json!({"gen_ai.prompt.variable.city": "Lyon", "gen_ai.prompt.variable.tone": ""}),
        ),
        (ContentCapture::Events, json!({})),
        (ContentCapture::Off, json!({})),
    ] {
        let options = MonitorOptions::new().capture(capture);
        let span = converse_with(options, Answer::json(200, &reply()), |call| {
            call.prompt_variables("city", PromptVariableValues::Text("Lyon".to_owned()))
                .prompt_variables("tone", PromptVariableValues::Text(String::new()))
        })
        .await;
        assert_eq!(
            beginning(&span, &["gen_ai.prompt."]),
            expected,
            "{capture:?}"
        );
    }
}
