//! Tests of all payload formats.

mod damage;
mod fixture;
mod formats;
mod fuzz;
mod numbers;
