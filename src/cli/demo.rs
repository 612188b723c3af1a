//! `smm-panel demo`: a panel with sample data that is gone when it ends.

use super::serve::{self, Panel, Sample};
use super::{Outcome, logging};
use crate::config::rocket_figment;
use crate::demo;

pub(super) fn run(is_filled: bool) -> Outcome {
    // Held until the panel has ended, then removed with everything in it.
    let folder = tempfile::Builder::new()
        .prefix("smm-panel-demo-")
        .tempdir()
        .map_err(|cause| format!("no folder for the demo: {cause}"))?;
    let config = demo::config(&folder.path().join("demo.db"))?;
    let errors = logging::start(&config);
    let figment = rocket_figment().merge(("address", "127.0.0.1"));
    let sample = if is_filled { Sample::Month } else { Sample::Few };
    serve::run(Panel { config, figment, sample: Some(sample), errors })
}
