//! A provider's answers about many orders and refills.

#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| smm_panel::provider::fuzz::answer_of_many(200, body));
