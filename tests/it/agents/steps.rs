//! What else an agent does, step by step.

use super::*;

/// The one step below the agent, and what it holds.
async fn phase(parts: &[Value]) -> (Span, Vec<Span>) {
    let frames = parts
        .iter()
        .zip(1..)
        .map(|(part, when)| trace(&[SUPERVISOR], None, when, part));
    let frames: Vec<_> = frames.chain([chunk("Done.")]).collect();
    let run = Run::of(frames, MonitorOptions::new()).await;
    let mut phases = run.below(&run.named("invoke_agent"));
    assert_eq!(phases.len(), 1, "{:?}", run.tree());
    let phase = phases.remove(0);
    let steps = run.below(&phase);
    (phase, steps)
}

#[tokio::test]
async fn each_kind_of_trace_is_a_phase_of_its_own() {
    for (kind, name) in [
        ("preProcessingTrace", "pre_processing"),
        ("orchestrationTrace", "orchestration"),
        ("postProcessingTrace", "post_processing"),
        ("routingClassifierTrace", "routing"),
    ] {
        let input = json!({"traceId": "t-1", "text": "Sort this out.", "type": "ORCHESTRATION"});
        let output = json!({
            "traceId": "t-1",
            "metadata": {"usage": {"inputTokens": 3, "outputTokens": 0}},
            "rawResponse": {"content": "sorted"},
            "reasoningContent": {"reasoningText": {"text": "hm", "signature": "c2ln"}},
        });
        let parts = [
            json!({kind: {"modelInvocationInput": input}}),
            json!({kind: {"modelInvocationOutput": output}}),
        ];
        let (phase, steps) = phase(&parts).await;
        assert_eq!(phase.name(), name);
        assert_eq!(phase.text("aws.bedrock.agent.step"), name);
        assert!(!phase.has("gen_ai.operation.name"), "{name}");
        assert_eq!(steps.len(), 1, "{name}");
        let chat = &steps[0];
        assert_eq!(chat.name(), "chat");
        assert_eq!(chat.attribute("gen_ai.usage.input_tokens"), json!(3));
        assert_eq!(chat.attribute("gen_ai.usage.output_tokens"), json!(0));
        let output = chat.json("gen_ai.output.messages");
        let parts = output[0]["parts"].as_array().map_or(0, Vec::len);
        assert_eq!(parts, 2, "{output}");
        assert_eq!(output[0]["parts"][0]["type"], "reasoning");
        assert_eq!(output[0]["parts"][1]["content"], "sorted");
    }
}

#[tokio::test]
async fn a_custom_orchestration_says_what_its_function_says() {
    let part = json!({"customOrchestrationTrace": {
        "traceId": "t-1",
        "event": {"text": "next: answer"},
    }});
    let (phase, steps) = phase(&[part]).await;
    assert_eq!(phase.name(), "custom_orchestration");
    assert_eq!(phase.text("aws.bedrock.agent.trace_id"), "t-1");
    assert!(
        phase
            .text("gen_ai.output.messages")
            .contains("next: answer")
    );
    assert!(steps.is_empty());
}

#[tokio::test]
async fn tools_have_their_arguments_and_results() {
    let api = json!({
        "actionGroupInvocationInput": {
            "actionGroupName": "weather",
            "executionType": "RETURN_CONTROL",
            "invocationId": "call-1",
            "verb": "GET",
            "apiPath": "/forecast",
            "parameters": [{"name": "city", "type": "string", "value": "Oslo"}],
        },
    });
    let answer = json!({"actionGroupInvocationOutput": {"text": "snow"}});
    let parts = [
        orchestration("invocationInput", "t-1", api),
        orchestration("observation", "t-1", answer),
    ];
    let (_, steps) = phase(&parts).await;
    let tool = &steps[0];
    assert_eq!(tool.name(), "execute_tool /forecast");
    for (key, value) in [
        ("gen_ai.operation.name", json!("execute_tool")),
        ("gen_ai.tool.name", json!("/forecast")),
        ("gen_ai.tool.type", json!("function")),
        ("gen_ai.tool.call.id", json!("call-1")),
        ("gen_ai.tool.call.arguments", json!(r#"{"city":"Oslo"}"#)),
        ("gen_ai.tool.call.result", json!("snow")),
        ("aws.bedrock.agent.action_group", json!("weather")),
    ] {
        assert_eq!(tool.attribute(key), value, "{key}");
    }
    assert_eq!(tool.error(), None);
}

#[tokio::test]
async fn code_that_fails_is_an_error_of_its_step() {
    for (output, error_type, error) in [
        (json!({"executionOutput": "55\n"}), Value::Null, None),
        (
            json!({"executionOutput": "", "executionError": "NameError: x"}),
            json!("tool_error"),
            Some(""),
        ),
        (
            json!({"executionTimeout": true}),
            json!("timeout"),
            Some(""),
        ),
    ] {
        let input = json!({"codeInterpreterInvocationInput": {"code": "print(x)"}});
        let parts = [
            orchestration("invocationInput", "t-1", input),
            orchestration(
                "observation",
                "t-1",
                json!({ "codeInterpreterInvocationOutput": output }),
            ),
        ];
        let (phase, steps) = phase(&parts).await;
        let tool = &steps[0];
        assert_eq!(tool.name(), "execute_tool code_interpreter");
        let arguments = tool.json("gen_ai.tool.call.arguments");
        assert_eq!(arguments, json!({"code": "print(x)"}));
        assert_eq!(tool.attribute("error.type"), error_type, "{output}");
        assert_eq!(tool.error().as_deref(), error, "{output}");
        assert_eq!(phase.error(), None, "the agent may go on");
    }
}

#[tokio::test]
async fn what_a_knowledge_base_found_is_on_its_step() {
    let run = Run::of(conversation(), MonitorOptions::new()).await;
    let found = run.named("retrieval KB1");
    assert_eq!(found.text("aws.bedrock.knowledge_base.id"), "KB1");
    assert_eq!(found.text("gen_ai.data_source.id"), "KB1");
    assert_eq!(found.text("gen_ai.retrieval.query.text"), "refund time");
    let documents = json!([{"id": "s3://handbook/refunds.md", "content": "Five days."}]);
    assert_eq!(found.json("gen_ai.retrieval.documents"), documents);
}

#[tokio::test]
async fn a_guardrail_that_steps_in_shows_on_the_agent_too() {
    let checks = [("NONE", 5), ("INTERVENED", 6), ("NONE", 7)].map(|(action, when)| {
        let part = json!({"guardrailTrace": {
            "action": action,
            "traceId": format!("g-{when}"),
            "inputAssessments": [{}],
            "metadata": times(when, when + 1),
        }});
        trace(&[SUPERVISOR], None, when + 1, &part)
    });
    let frames: Vec<_> = checks.into_iter().chain([chunk("No.")]).collect();
    let run = Run::of(frames, MonitorOptions::new()).await;
    let root = run.named("invoke_agent");
    assert_eq!(root.text("aws.bedrock.guardrail.action"), "INTERVENED");
    let actions: Vec<_> = run
        .below(&root)
        .iter()
        .map(|check| {
            assert_eq!(check.name(), "apply_guardrail");
            check.text("aws.bedrock.guardrail.action")
        })
        .collect();
    assert_eq!(actions, ["NONE", "INTERVENED", "NONE"]);
}

#[tokio::test]
async fn a_failure_is_a_step_with_its_code_and_reason() {
    let part = json!({"failureTrace": {
        "traceId": "t-9",
        "failureCode": 424,
        "failureReason": "The function timed out.",
        "metadata": times(3, 9),
    }});
    let (step, _) = phase(&[part]).await;
    assert_eq!(step.name(), "failure");
    assert_eq!(step.error().as_deref(), Some("The function timed out."));
    assert_eq!(step.text("error.type"), "424");
    assert_eq!(step.0.end_time, moment(9));
}

/// It may quote what an action group of the user's returned.
#[tokio::test]
async fn failure_reason_of_a_step_is_content() {
    let part = json!({"failureTrace": {
        "traceId": "t-9",
        "failureCode": 424,
        "failureReason": "The function failed: no such user Anna.",
        "metadata": times(3, 9),
    }});
    let frames = || vec![trace(&[SUPERVISOR], None, 9, &part)];
    for (capture, in_status, in_event) in [
        (ContentCapture::AttributesAndEvents, true, true),
        (ContentCapture::Attributes, true, false),
        (ContentCapture::Events, false, true),
        (ContentCapture::Off, false, false),
    ] {
        let options = MonitorOptions::new().capture(capture);
        let step = Run::of(frames(), options).await.named("failure");
        assert_eq!(step.text("error.type"), "424");
        let status = step.error().unwrap_or_default();
        assert_eq!(status.contains("Anna"), in_status, "{capture:?}");
        let event = json!(step.events_named("exception")).to_string();
        assert_eq!(event.contains("Anna"), in_event, "{capture:?}");
    }
}

#[tokio::test]
async fn what_was_done_before_an_exception_stays() {
    let broken = exception(
        "dependencyFailedException",
        &json!({"message": "no answer"}),
    );
    let frames = vec![
        trace(&[SUPERVISOR], None, 1, &asked("s-0", "Where is my refund?")),
        broken,
    ];
    let run = Run::of(frames, MonitorOptions::new()).await;
    assert!(run.error.is_some());
    assert_eq!(
        run.tree(),
        [
            "invoke_agent",
            "  orchestration",
            "    chat anthropic.claude-3-5-haiku-20241022-v1:0",
        ]
    );
    let root = run.named("invoke_agent");
    assert_eq!(root.text("error.type"), "DependencyFailedException");
    assert_eq!(root.error().as_deref(), Some("no answer"));
}

#[tokio::test]
async fn control_that_returns_to_the_caller_is_a_tool_call_of_the_answer() {
    let inputs = json!([{"functionInvocationInput": {
        "actionGroup": "shop",
        "function": "find_order",
        "parameters": [{"name": "order", "type": "string", "value": "1042"}],
    }}]);
    let payload = json!({"invocationId": "inv-1", "invocationInputs": inputs});
    let run = Run::of(
        vec![event("returnControl", &payload)],
        MonitorOptions::new(),
    )
    .await;
    let output = run.named("invoke_agent").json("gen_ai.output.messages");
    assert_eq!(
        output[0]["parts"],
        json!([{
            "type": "tool_call",
            "id": "inv-1",
            "name": "find_order",
            "arguments": {"order": "1042"},
        }])
    );
}

#[tokio::test]
async fn citations_and_files_are_told_by_source_and_size() {
    let citations = json!({"citations": [{"retrievedReferences": [{
        "content": {"text": "Five days."},
        "location": {"type": "WEB", "webLocation": {"url": "https://shop.example/refunds"}},
    }]}]});
    let file = json!({"files": [{"name": "plot.png", "type": "image/png", "bytes": "AAAA"}]});
    let frames = vec![
        event(
            "chunk",
            &json!({"bytes": "NSBkYXlz", "attribution": citations}),
        ),
        event("files", &file),
    ];
    let run = Run::of(frames, MonitorOptions::new()).await;
    let output = run.named("invoke_agent").json("gen_ai.output.messages");
    let parts = &output[0]["parts"];
    assert_eq!(parts[0]["content"], "5 days");
    assert_eq!(
        parts[0]["citations"],
        json!([{"source": "https://shop.example/refunds"}])
    );
    assert_eq!(parts[1]["mime_type"], "image/png");
    assert_eq!(parts[1]["byte_size"], 3);
    assert!(!output.to_string().contains("AAAA"));
}

#[tokio::test]
async fn reasoning_that_is_told_apart_comes_before_the_answer() {
    let body = json!({
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": "sorted"}],
        "stop_reason": "end_turn",
    });
    let output = json!({
        "rawResponse": {"content": body.to_string()},
        "reasoningContent": {"reasoningText": {"text": "hm"}},
    });
    let parts = [
        asked("t-1", "Sort this out."),
        orchestration("modelInvocationOutput", "t-1", output),
    ];
    let (_, steps) = phase(&parts).await;
    let output = steps[0].json("gen_ai.output.messages");
    assert_eq!(output[0]["finish_reason"], "stop");
    assert_eq!(
        output[0]["parts"],
        json!([
            {"type": "reasoning", "content": "hm"},
            {"type": "text", "content": "sorted"},
        ])
    );
}

#[tokio::test]
async fn what_code_wrote_is_content_and_no_error_text() {
    let input = json!({"codeInterpreterInvocationInput": {"code": "open(x)"}});
    let output = json!({"codeInterpreterInvocationOutput": {"executionError": "Ms Grey"}});
    let parts = [
        orchestration("invocationInput", "t-1", input),
        orchestration("observation", "t-1", output),
    ];
    for (capture, told) in [
        (ContentCapture::AttributesAndEvents, true),
        (ContentCapture::Off, false),
    ] {
        let frames = parts.iter().map(|part| trace(&[SUPERVISOR], None, 1, part));
        let options = MonitorOptions::new().capture(capture);
        let run = Run::of(frames.collect(), options).await;
        let tool = run.named("execute_tool code_interpreter");
        assert_eq!(tool.text("error.type"), "tool_error");
        assert_eq!(format!("{:?}", run.spans).contains("Ms Grey"), told);
    }
}

#[tokio::test]
async fn files_between_the_words_leave_the_answer_whole() {
    let file = json!({"files": [{"name": "plot.png", "type": "image/png", "bytes": "AAAA"}]});
    let frames = vec![
        event("files", &file),
        chunk("5 "),
        chunk("days, "),
        chunk("at most."),
    ];
    let run = Run::of(frames, MonitorOptions::new()).await;
    let output = run.named("invoke_agent").json("gen_ai.output.messages");
    assert_eq!(output[0]["parts"][0]["mime_type"], "image/png");
    assert_eq!(output[0]["parts"][1]["content"], "5 days, at most.");
}

#[tokio::test]
async fn a_collaborator_that_nobody_was_seen_to_call_has_its_place() {
    let chain = [SUPERVISOR, ORDERS];
    let frames = vec![
        trace(&chain, Some("orders"), 1, &asked("o-0", "State?")),
        trace(
            &chain,
            Some("orders"),
            9,
            &answered("o-0", "Fine.", (2, 8), [4, 2]),
        ),
        chunk("Fine."),
    ];
    let run = Run::of(frames, MonitorOptions::new()).await;
    assert_eq!(
        run.tree(),
        [
            "invoke_agent",
            "  invoke_agent orders",
            "    orchestration",
            "      chat anthropic.claude-3-5-haiku-20241022-v1:0",
        ]
    );
}

#[tokio::test]
async fn parts_of_a_shape_that_nobody_has_seen_are_left_alone() {
    for (part, readable) in [
        (
            json!({"orchestrationTrace": {"newPart": {"traceId": "x"}}}),
            true,
        ),
        (json!({"newTrace": {"traceId": "x"}}), true),
        // What the SDK cannot read ends the caller's stream.
        (json!({"orchestrationTrace": 7}), false),
        (
            json!({"orchestrationTrace": {"observation": [1, 2]}}),
            false,
        ),
        (json!({"failureTrace": []}), false),
        (json!([]), false),
    ] {
        let frames = vec![trace(&[SUPERVISOR], None, 1, &part), chunk("Done.")];
        let run = Run::of(frames, MonitorOptions::new()).await;
        assert_eq!(run.error.is_none(), readable, "{part}");
        let root = run.named("invoke_agent");
        assert_eq!(root.error(), None, "{part}");
        let completed = root.attribute("aws.bedrock.stream.completed");
        assert_eq!(completed, json!(readable), "{part}");
        assert_eq!(root.has("gen_ai.output.messages"), readable, "{part}");
    }
}
