//! What resellers' clients send.

#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| smm_panel::web::reseller::fuzz::body("X-BOUNDARY", body));
