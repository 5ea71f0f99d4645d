//! A bidirectional connection: each event of the request is answered before the
//! next one is sent. The SDK sends these over HTTP/2, which the mock Bedrock does
//! not speak, so this replaces the SDK's HTTP client.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::base64;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::event_stream::Message;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame as BodyFrame;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::mock_bedrock::frames::Frame;

type Reply = dyn Fn(&Value) -> Vec<Frame> + Send + Sync;

/// An HTTP client whose responses are `reply` of each event of the request.
pub fn duplex(reply: impl Fn(&Value) -> Vec<Frame> + Send + Sync + 'static) -> SharedHttpClient {
    let reply: Arc<Reply> = Arc::new(reply);
    http_client_fn(move |_, _| SharedHttpConnector::new(Duplex(Arc::clone(&reply))))
}

struct Duplex(Arc<Reply>);

impl fmt::Debug for Duplex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Duplex(..)")
    }
}

impl HttpConnector for Duplex {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let (sender, mut receiver) = unbounded_channel();
        tokio::spawn(answer_events(
            request.take_body(),
            Arc::clone(&self.0),
            sender,
        ));
        let frames = futures_util::stream::poll_fn(move |context| receiver.poll_recv(context));
        let body = SdkBody::from_body_1_x(StreamBody::new(frames));
        let mut response = HttpResponse::new(200.try_into().expect("a status"), body);
        let headers = response.headers_mut();
        headers.insert("content-type", "application/vnd.amazon.eventstream");
        headers.insert("x-amzn-requestid", "duplex-1");
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// Answers each event until the request ends.
async fn answer_events(
    mut body: SdkBody,
    reply: Arc<Reply>,
    sender: UnboundedSender<Result<BodyFrame<Bytes>, Infallible>>,
) {
    let mut decoder = MessageFrameDecoder::new();
    let mut buffer = BytesMut::new();
    while let Some(Ok(frame)) = body.frame().await {
        buffer.extend_from_slice(&frame.into_data().unwrap_or_default());
        while let Ok(DecodedFrame::Complete(message)) = decoder.decode_frame(&mut buffer) {
            for frame in decode_event(&message).iter().flat_map(|event| reply(event)) {
                drop(sender.send(Ok(BodyFrame::data(frame.into_bytes().into()))));
            }
        }
    }
}

/// The model's event, without the signing frame and the chunk around it.
fn decode_event(signed: &Message) -> Option<Value> {
    let mut inner = BytesMut::from(&signed.payload()[..]);
    let DecodedFrame::Complete(message) =
        MessageFrameDecoder::new().decode_frame(&mut inner).ok()?
    else {
        return None;
    };
    let chunk: Value = serde_json::from_slice(message.payload()).ok()?;
    let bytes = base64::decode(chunk.get("bytes")?.as_str()?).ok()?;
    serde_json::from_slice(&bytes).ok()
}
