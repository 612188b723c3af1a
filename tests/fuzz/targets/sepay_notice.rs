//! SePay's notices.

#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| smm_panel::deposits::fuzz::notice(body));
