//! Bodies that nobody has seen: of each dialect 100,000 that its fixtures
//! became by damage. None may panic, and none may give a number that it does
//! not hold.

use std::thread;

use super::damage::{damaged, damaged_bytes};
use super::numbers::Numbers;
use super::{Fixture, fixtures};
use crate::decode::payload;
use crate::decode::payload::format::PayloadFormat;
use crate::decode::payload::table::FORMATS;
use crate::decode::random::Random;
use crate::record::Call;
use crate::record::json::Json;

const CASES: usize = 100_000;

const OPAQUE: &str =
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

#[test]
fn no_body_panics_or_gives_a_number_that_it_does_not_hold() {
    let all: Vec<Fixture> = FORMATS.iter().flat_map(|it| fixtures(*it)).collect();
    let pieces: Vec<Json<'static>> = all.iter().flat_map(pieces).collect();
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for thread in 0..threads {
            let pieces = &pieces;
            scope.spawn(move || {
                for (seed, format) in (0..).zip(FORMATS).skip(thread).step_by(threads) {
                    cases(*format, pieces, &mut Random::new(seed));
                }
            });
        }
    });
}

/// What a body of another dialect may bring: its requests and answers, and the
/// members of both.
fn pieces(fixture: &Fixture) -> Vec<Json<'static>> {
    let bodies = [Some(fixture.request()), fixture.response()];
    let bodies = bodies.into_iter().flatten().chain(fixture.chunks());
    bodies
        .flat_map(|body| match body {
            Json::Object(members) => members.iter().map(|(_, value)| value.clone()).collect(),
            other => vec![other.clone()],
        })
        .collect()
}

fn cases(format: &dyn PayloadFormat, pieces: &[Json<'static>], random: &mut Random) {
    let fixtures = fixtures(format);
    for _ in 0..CASES {
        let fixture = random.pick(&fixtures);
        let cap = [None, Some(32)][random.below(2)];
        let mut call = Call::new(None, cap);
        call.model = Some([fixture.model(), OPAQUE][random.below(2)].to_owned());
        let mut numbers = Numbers::default();
        match random.below(3) {
            0 => feed(fixture.request(), pieces, random, |body| {
                numbers.read(body);
                payload::read_request(body, &mut call);
            }),
            1 if !fixture.chunks().is_empty() => {
                call = call.streaming();
                for _ in 0..=random.below(3) {
                    let chunk = random.pick(fixture.chunks());
                    feed(chunk, pieces, random, |body| {
                        numbers.read(body);
                        payload::read_chunk(body, &mut call);
                    });
                }
            }
            _ => feed(
                fixture.response().unwrap_or(&Json::Null),
                pieces,
                random,
                |body| {
                    numbers.read(body);
                    payload::read_response(body, &mut call);
                },
            ),
        }
        numbers.check(&call);
    }
}

/// Hands on a damaged body: mostly as values, at times by way of bytes, which
/// may be no JSON any more.
fn feed(
    body: &Json<'static>,
    pieces: &[Json<'static>],
    random: &mut Random,
    read: impl FnOnce(&Json<'_>),
) {
    let body = damaged(body, pieces, random);
    if !random.one_in(16) {
        return read(&body);
    }
    let bytes = damaged_bytes(&body, random);
    if let Some(body) = Json::parse(&bytes) {
        read(&body);
    }
}
