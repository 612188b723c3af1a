//! Prometheus's text format, version 0.0.4. The library writes OpenMetrics, which says the same, but for how counters
//! are announced.

use crate::kernel::error::Fault;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::registry::Registry;

pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Errors: none that the library is known to make.
pub fn encode(registry: &Registry) -> Result<String, Fault> {
    let mut written = String::new();
    encode_registry(&mut written, registry).map_err(|cause| Fault::Internal(format!("metrics: {cause}")))?;
    Ok(with_totals(&written))
}

/// A counter is announced under the name of its sample, which ends with `_total`.
fn with_totals(written: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in written.lines() {
        match line.strip_prefix("# TYPE ").and_then(|rest| rest.strip_suffix(" counter")) {
            None => lines.push(line.to_owned()),
            Some(name) => {
                let help = format!("# HELP {name} ");
                // It stands before the type.
                if let Some(before) = lines.last_mut()
                    && let Some(text) = before.strip_prefix(&help)
                {
                    *before = format!("# HELP {name}_total {text}");
                }
                lines.push(format!("# TYPE {name}_total counter"));
            }
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::gauge::Gauge;

    #[test]
    fn a_counter_is_announced_as_it_is_sampled() {
        let mut registry = Registry::default();
        let counter: Counter = Counter::default();
        counter.inc_by(3);
        registry.register("panics", "Panics", counter);
        registry.register("queue", "Waiting", Gauge::<i64>::default());
        let expected = "# HELP panics_total Panics.\n# TYPE panics_total counter\npanics_total 3\n\
            # HELP queue Waiting.\n# TYPE queue gauge\nqueue 0\n";
        assert_eq!(encode(&registry).unwrap(), expected);
    }
}
