//! The codes in the texts of a transfer.

#![no_main]

libfuzzer_sys::fuzz_target!(|texts: (Option<String>, String)| {
    smm_panel::deposits::fuzz::codes(texts.0.as_deref(), &texts.1);
});
