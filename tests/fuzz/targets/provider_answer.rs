//! A provider's answers about one thing.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: (u16, &[u8])| smm_panel::provider::fuzz::answer(200 + answer.0 % 400, answer.1));
