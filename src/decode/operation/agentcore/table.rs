//! The tables of the AgentCore operations.

use super::{
    ab_tests, browser, capacity_providers, code_interpreter, command, evaluations, harness,
    identity, memory, memory_lookup, payments, recommendations, registry, runtime,
};
use crate::decode::operation::operation_trait::Table;

pub(in crate::decode::operation) static TABLES: &[Table] = &[
    runtime::OPERATIONS,
    command::OPERATIONS,
    harness::OPERATIONS,
    code_interpreter::OPERATIONS,
    browser::OPERATIONS,
    memory::OPERATIONS,
    memory_lookup::OPERATIONS,
    identity::OPERATIONS,
    payments::OPERATIONS,
    registry::OPERATIONS,
    evaluations::OPERATIONS,
    ab_tests::OPERATIONS,
    recommendations::OPERATIONS,
    capacity_providers::OPERATIONS,
];
