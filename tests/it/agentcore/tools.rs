//! Tools that AgentCore runs: code interpreters, commands, browsers.

use aws_sdk_bedrockagentcore::primitives::Blob;
use aws_sdk_bedrockagentcore::types::{
    BrowserAction, InputContentBlock, InvokeAgentRuntimeCommandRequestBody, KeyTypeArguments,
    ProgrammingLanguage, ToolArguments, ToolName,
};
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::{Value, json};

use super::{Core, says};
use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::{Frame, event, exception};
use crate::support::spans::Span;

fn result(said: &str, error: bool, process: &Value) -> Frame {
    let content = json!([{"type": "text", "text": said}]);
    let result = json!({"content": content, "isError": error, "structuredContent": process});
    event("result", &result)
}

#[tokio::test]
async fn what_a_code_interpreter_runs_is_a_tool() {
    let process = json!({"stdout": "42", "stderr": "", "exitCode": 0, "executionTime": 12.5});
    let answer = Answer::events(vec![result("42", false, &process)]);
    let core = Core::answering(answer.header("x-amzn-code-interpreter-session-id", "session-1"));
    let core = core.await;
    interpret(&core).await;
    let span = core.spans.one();
    assert_eq!(span.name(), "execute_tool code_interpreter");
    let expected = [
        ("gen_ai.operation.name", json!("execute_tool")),
        ("gen_ai.tool.name", json!("code_interpreter")),
        ("gen_ai.tool.type", json!("extension")),
        ("gen_ai.tool.call.result", json!("42")),
        (
            "aws.bedrock.agentcore.code_interpreter.id",
            json!("aws.codeinterpreter.v1"),
        ),
        (
            "aws.bedrock.agentcore.code_interpreter.tool",
            json!("executeCode"),
        ),
        ("aws.bedrock.agentcore.session.id", json!("session-1")),
        ("aws.bedrock.agentcore.execution_time", json!(12.5)),
        ("process.exit.code", json!(0)),
        ("aws.bedrock.stream.completed", json!(true)),
        ("error.type", Value::Null),
    ];
    says(&span, &expected);
    let arguments = span.json("gen_ai.tool.call.arguments");
    assert_eq!(arguments["code"], "print(6 * 7)");
    // Files are told by their size.
    assert_eq!(
        arguments["content"][0],
        json!({"path": "a.bin", "bytes": 4})
    );
}

#[tokio::test]
async fn without_content_a_tool_says_neither_what_it_got_nor_what_it_gave() {
    let process = json!({"stdout": "forty-two", "exitCode": 1});
    let answer = Answer::events(vec![result("forty-two", true, &process)]);
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let core = Core::with(answer, options).await;
    interpret(&core).await;
    let span = core.spans.one();
    assert_eq!(span.text("error.type"), "tool_error");
    assert_eq!(span.attribute("process.exit.code"), json!(1));
    let told = format!("{span:?}");
    assert!(
        !told.contains("forty-two") && !told.contains("6 * 7"),
        "{told}"
    );
}

#[tokio::test]
async fn code_that_fails_fails_its_span() {
    let failed = result("NameError", true, &Value::Null);
    let exited = event(
        "result",
        &json!({"structuredContent": {"stderr": "no", "exitCode": 2}}),
    );
    let refused = exception("throttlingException", &json!({"message": "too fast"}));
    for (frame, kind, said) in [
        (failed, "tool_error", "NameError"),
        (exited, "tool_error", "no"),
        (refused, "ThrottlingException", ""),
    ] {
        let core = Core::answering(Answer::events(vec![frame])).await;
        interpret(&core).await;
        let span = core.spans.one();
        assert_eq!(span.text("error.type"), kind);
        assert!(span.error().is_some(), "{kind}");
        assert_eq!(span.text("gen_ai.tool.call.result"), said);
    }
}

#[tokio::test]
async fn a_command_is_a_tool_with_what_it_wrote_and_how_it_ended() {
    let chunk = |chunk: Value| event("chunk", &chunk);
    for (end, kind) in [
        (json!({"exitCode": 0, "status": "COMPLETED"}), Value::Null),
        (
            json!({"exitCode": 3, "status": "COMPLETED"}),
            json!("tool_error"),
        ),
        (
            json!({"exitCode": -1, "status": "TIMED_OUT"}),
            json!("timeout"),
        ),
    ] {
        let frames = vec![
            chunk(json!({"contentStart": {}})),
            chunk(json!({"contentDelta": {"stdout": "one "}})),
            chunk(json!({"contentDelta": {"stderr": "two"}})),
            chunk(json!({"contentStop": end})),
        ];
        let core = Core::answering(Answer::events(frames)).await;
        let body = InvokeAgentRuntimeCommandRequestBody::builder().command("ls -l");
        let call = core
            .client
            .invoke_agent_runtime_command()
            .agent_runtime_arn("bot");
        let call = call
            .runtime_session_id("session-1")
            .set_body(body.build().ok());
        let mut output = call.send().await.unwrap();
        while let Ok(Some(_)) = output.stream.recv().await {}
        let span = core.spans.one();
        assert_eq!(span.name(), "execute_tool command");
        let expected = [
            (
                "gen_ai.tool.call.arguments",
                json!(r#"{"command":"ls -l"}"#),
            ),
            ("gen_ai.tool.call.result", json!("one two")),
            ("gen_ai.conversation.id", json!("session-1")),
            ("process.exit.code", end["exitCode"].clone()),
            ("error.type", kind),
        ];
        says(&span, &expected);
    }
}

#[tokio::test]
async fn what_is_typed_into_a_browser_is_not_told() {
    for (status, failed) in [("SUCCESS", false), ("FAILED", true)] {
        let result = json!({"result": {"keyType": {"status": status, "error": "hunter2"}}});
        let answer = Answer::json(200, &result);
        let core = Core::answering(answer.header("x-amzn-browser-session-id", "session-1")).await;
        let keys = KeyTypeArguments::builder().text("hunter2").build();
        let call = core
            .client
            .invoke_browser()
            .browser_identifier("aws.browser.v1");
        let action = keys.ok().map(BrowserAction::KeyType);
        let call = call.session_id("session-1").set_action(action);
        drop(call.send().await);
        let span = core.spans.one();
        assert_eq!(span.name(), "execute_tool browser");
        let expected = [
            ("aws.bedrock.agentcore.browser.action", json!("keyType")),
            ("aws.bedrock.agentcore.browser.id", json!("aws.browser.v1")),
            ("aws.bedrock.agentcore.session.id", json!("session-1")),
        ];
        says(&span, &expected);
        assert_eq!(
            span.text("error.type"),
            if failed { "tool_error" } else { "" }
        );
        let told = format!("{span:?}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[tokio::test]
async fn sessions_are_plain_and_have_their_ids() {
    let started = json!({
        "browserIdentifier": "b-1", "codeInterpreterIdentifier": "c-1", "sessionId": "s-1",
        "createdAt": "2026-11-23T12:00:00Z", "lastUpdatedAt": "2026-11-23T12:00:00Z",
        "profileIdentifier": "p-1", "items": [], "updatedAt": "2026-11-23T12:00:00Z",
        "streams": {"automationStream": {"streamEndpoint": "wss://stream.example/?sig=s3cr3t"}},
    });
    let core = Core::answering(Answer::json(200, &started)).await;
    let client = &core.client;
    drop(
        client
            .start_browser_session()
            .browser_identifier("b-1")
            .send()
            .await,
    );
    drop(
        client
            .get_browser_session()
            .browser_identifier("b-1")
            .session_id("s-1")
            .send()
            .await,
    );
    drop(
        client
            .stop_browser_session()
            .browser_identifier("b-1")
            .session_id("s-1")
            .send()
            .await,
    );
    drop(
        client
            .list_browser_sessions()
            .browser_identifier("b-1")
            .send()
            .await,
    );
    let call = client
        .start_code_interpreter_session()
        .code_interpreter_identifier("c-1");
    drop(call.send().await);
    let call = client
        .get_code_interpreter_session()
        .code_interpreter_identifier("c-1");
    drop(call.session_id("s-1").send().await);
    let call = client
        .stop_code_interpreter_session()
        .code_interpreter_identifier("c-1");
    drop(call.session_id("s-1").send().await);
    let call = client
        .list_code_interpreter_sessions()
        .code_interpreter_identifier("c-1");
    drop(call.send().await);

    let spans = core.spans.bedrock();
    let names: Vec<_> = spans.iter().map(Span::name).collect();
    let operations = [
        "StartBrowserSession",
        "GetBrowserSession",
        "StopBrowserSession",
        "ListBrowserSessions",
        "StartCodeInterpreterSession",
        "GetCodeInterpreterSession",
        "StopCodeInterpreterSession",
        "ListCodeInterpreterSessions",
    ];
    assert_eq!(
        names,
        operations.map(|name| format!("BedrockAgentCore.{name}"))
    );
    for span in &spans {
        let of_browser = span.name().contains("Browser");
        let (key, id) = if of_browser {
            ("browser", "b-1")
        } else {
            ("code_interpreter", "c-1")
        };
        assert_eq!(span.text(&format!("aws.bedrock.agentcore.{key}.id")), id);
        if !span.name().contains("List") {
            assert_eq!(
                span.text("aws.bedrock.agentcore.session.id"),
                "s-1",
                "{}",
                span.name()
            );
        }
        assert!(
            !span.has("gen_ai.operation.name") && !span.has("error.type"),
            "{span:?}"
        );
        assert!(!format!("{span:?}").contains("s3cr3t"));
    }
}

async fn interpret(core: &Core) {
    let file = InputContentBlock::builder()
        .path("a.bin")
        .blob(Blob::new([0, 1, 2, 3]));
    let arguments = ToolArguments::builder()
        .code("print(6 * 7)")
        .language(ProgrammingLanguage::Python)
        .set_content(file.build().ok().map(|file| vec![file]))
        .build();
    let call = core.client.invoke_code_interpreter();
    let call = call.code_interpreter_identifier("aws.codeinterpreter.v1");
    let call = call.session_id("session-1").name(ToolName::ExecuteCode);
    let mut output = call.arguments(arguments).send().await.unwrap();
    while let Ok(Some(_)) = output.stream.recv().await {}
}
