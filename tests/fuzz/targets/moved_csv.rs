//! Lists of other panels, as CSV.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| smm_panel::move_in::fuzz::csv(bytes));
