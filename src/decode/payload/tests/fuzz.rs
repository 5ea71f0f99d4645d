//! 100,000 damaged fixtures of each payload format. None may panic, and no call
//! may have a number that is not in a body.

use std::thread;

use fastrand::Rng;

use super::damage::{damage_body, damage_bytes};
use super::fixture::{Fixture, read_fixtures};
use super::numbers::Numbers;
use crate::decode::payload;
use crate::decode::payload::format::PayloadFormat;
use crate::decode::payload::table::FORMATS;
use crate::record::Call;
use crate::record::json::Json;

const CASES: usize = 100_000;

const OPAQUE: &str =
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

#[test]
fn damaged_bodies_neither_panic_nor_make_up_numbers() {
    let all: Vec<Fixture> = FORMATS.iter().flat_map(|it| read_fixtures(*it)).collect();
    let pieces: Vec<Json<'static>> = all.iter().flat_map(collect_members).collect();
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for thread in 0..threads {
            let pieces = &pieces;
            scope.spawn(move || {
                for (seed, format) in (0..).zip(FORMATS).skip(thread).step_by(threads) {
                    run_cases(*format, pieces, &mut Rng::with_seed(seed));
                }
            });
        }
    });
}

/// The members of all bodies of a fixture.
fn collect_members(fixture: &Fixture) -> Vec<Json<'static>> {
    let bodies = [Some(fixture.request()), fixture.response()];
    let bodies = bodies.into_iter().flatten().chain(fixture.chunks());
    bodies
        .flat_map(|body| match body {
            Json::Object(members) => members.iter().map(|(_, value)| value.clone()).collect(),
            other => vec![other.clone()],
        })
        .collect()
}

fn run_cases(format: &dyn PayloadFormat, pieces: &[Json<'static>], random: &mut Rng) {
    let fixtures = read_fixtures(format);
    for _ in 0..CASES {
        let fixture = random.choice(&fixtures).unwrap();
        let cap = [None, Some(32)][random.usize(..2)];
        let mut call = Call::new(None, cap);
        call.model = Some([fixture.model(), OPAQUE][random.usize(..2)].to_owned());
        let mut numbers = Numbers::default();
        match random.usize(..3) {
            0 => read_damaged(fixture.request(), pieces, random, |body| {
                numbers.insert_numbers(body);
                payload::read_request(body, &mut call);
            }),
            1 if !fixture.chunks().is_empty() => {
                call = call.streaming();
                for _ in 0..=random.usize(..3) {
                    let chunk = random.choice(fixture.chunks()).unwrap();
                    read_damaged(chunk, pieces, random, |body| {
                        numbers.insert_numbers(body);
                        payload::read_chunk(body, &mut call);
                    });
                }
            }
            _ => read_damaged(
                fixture.response().unwrap_or(&Json::Null),
                pieces,
                random,
                |body| {
                    numbers.insert_numbers(body);
                    payload::read_response(body, &mut call);
                },
            ),
        }
        numbers.assert_all_in(&call);
    }
}

/// Reads a damaged body: mostly as a value, now and then as bytes, which may not
/// be JSON any more.
fn read_damaged(
    body: &Json<'static>,
    pieces: &[Json<'static>],
    random: &mut Rng,
    read: impl FnOnce(&Json<'_>),
) {
    let body = damage_body(body, pieces, random);
    if random.usize(..16) != 0 {
        return read(&body);
    }
    let bytes = damage_bytes(&body, random);
    if let Some(body) = Json::parse(&bytes) {
        read(&body);
    }
}
