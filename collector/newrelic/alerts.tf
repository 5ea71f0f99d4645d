# Alert conditions for what nr-bedrock-observability sends.
#
#   terraform init && terraform apply -var account_id=… -var api_key=NRAK-…
#
# Thresholds are beginnings: set your own.
terraform {
  required_providers {
    newrelic = {
      source  = "newrelic/newrelic"
      version = "~> 3.0"
    }
  }
}

variable "account_id" {
  type = number
}

variable "api_key" {
  description = "A user key; the license key cannot set alerts"
  type        = string
  sensitive   = true
}

variable "region" {
  type    = string
  default = "US"
}

provider "newrelic" {
  account_id = var.account_id
  api_key    = var.api_key
  region     = var.region
}

resource "newrelic_alert_policy" "bedrock" {
  name                = "Amazon Bedrock"
  incident_preference = "PER_CONDITION_AND_TARGET"
}

locals {
  conditions = {
    errors = {
      name        = "Bedrock: many calls fail"
      description = "Share of calls that failed, in percent, by model."
      query       = "SELECT percentage(count(*), WHERE otel.status_code = 'ERROR') FROM Span WHERE gen_ai.provider.name = 'aws.bedrock' AND span.kind = 'client' FACET gen_ai.request.model"
      threshold   = 5
      duration    = 300
    }
    throttles = {
      name        = "Bedrock: calls are throttled"
      description = "Attempts a minute that the service turned away because of their rate."
      query       = "SELECT sum(aws.bedrock.throttles) FROM Metric FACET service.name, gen_ai.request.model"
      threshold   = 10
      duration    = 300
    }
    latency = {
      name        = "Bedrock: answers are slow"
      description = "95th percentile of inference, in milliseconds, by model."
      query       = "SELECT percentile(duration.ms, 95) FROM Span WHERE gen_ai.provider.name = 'aws.bedrock' AND gen_ai.operation.name = 'chat' FACET gen_ai.request.model"
      threshold   = 30000
      duration    = 600
    }
    first_chunk = {
      name        = "Bedrock: answers begin late"
      description = "95th percentile of the time to the first chunk, in seconds, by model."
      query       = "SELECT percentile(gen_ai.response.time_to_first_chunk, 95) FROM Span WHERE gen_ai.provider.name = 'aws.bedrock' FACET gen_ai.request.model"
      threshold   = 5
      duration    = 600
    }
    tokens = {
      name        = "Bedrock: more tokens than usual"
      description = "Tokens a minute, by service."
      query       = "SELECT sum(gen_ai.client.token.usage) FROM Metric FACET service.name"
      threshold   = 500000
      duration    = 600
    }
    interventions = {
      name        = "Bedrock: guardrails intervene often"
      description = "Interventions a minute, by guardrail."
      query       = "SELECT sum(aws.bedrock.guardrail.interventions) FROM Metric FACET aws.bedrock.guardrail.id"
      threshold   = 10
      duration    = 300
    }
    feedback = {
      name        = "Bedrock: users are not content"
      description = "Negative feedback a minute."
      query       = "SELECT count(*) FROM SpanEvent WHERE name = 'gen_ai.evaluation.result' AND gen_ai.evaluation.score.label = 'negative' FACET service.name"
      threshold   = 5
      duration    = 900
    }
    lost = {
      name        = "Bedrock: spans are lost on their way"
      description = "Spans a minute that could not be delivered, by reason."
      query       = "SELECT sum(otel.sdk.exporter.span.exported) FROM Metric WHERE error.type IS NOT NULL FACET service.name, error.type"
      threshold   = 0
      duration    = 300
    }
  }
}

resource "newrelic_nrql_alert_condition" "bedrock" {
  for_each = local.conditions

  policy_id                    = newrelic_alert_policy.bedrock.id
  type                         = "static"
  name                         = each.value.name
  description                  = each.value.description
  enabled                      = true
  violation_time_limit_seconds = 86400
  aggregation_window           = 60
  # Calls of models come in irregularly: a window closes when nothing came for
  # a while, not when the next comes.
  aggregation_method = "event_timer"
  aggregation_timer  = 60

  nrql {
    query = each.value.query
  }

  critical {
    operator              = "above"
    threshold             = each.value.threshold
    threshold_duration    = each.value.duration
    threshold_occurrences = "all"
  }
}

# Nothing at all for a quarter of an hour, from services that always have work.
resource "newrelic_nrql_alert_condition" "silence" {
  policy_id                      = newrelic_alert_policy.bedrock.id
  type                           = "static"
  name                           = "Bedrock: a service has fallen silent"
  description                    = "No call in 15 minutes"
  enabled                        = true
  violation_time_limit_seconds   = 86400
  aggregation_window             = 60
  aggregation_method             = "event_timer"
  aggregation_timer              = 60
  expiration_duration            = 900
  open_violation_on_expiration   = true
  close_violations_on_expiration = false

  nrql {
    query = "SELECT count(*) FROM Span WHERE gen_ai.provider.name = 'aws.bedrock' FACET service.name"
  }

  critical {
    operator              = "below"
    threshold             = 0
    threshold_duration    = 300
    threshold_occurrences = "all"
  }
}

resource "newrelic_one_dashboard_json" "bedrock" {
  json = file("${path.module}/dashboard.json")
}
