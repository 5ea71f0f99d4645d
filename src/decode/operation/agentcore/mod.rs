//! The operations of `aws-sdk-bedrockagentcore`.
//!
//! In and out as for [`super`]. Tokens, keys, secrets and payment details are
//! never recorded: of the identity and payment operations only ids and names are
//! read, of tools neither configurations nor stream endpoints.

mod ab_tests;
mod agent_arn;
mod browser;
mod capacity_providers;
mod code_interpreter;
mod command;
mod evaluations;
mod harness;
mod identity;
mod memory;
mod memory_lookup;
mod payments;
mod recommendations;
mod registry;
mod runtime;
mod table;
mod tool_run;

pub(super) use self::table::TABLES;
