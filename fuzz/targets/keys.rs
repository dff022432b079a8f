#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| argocd_pin_plugin::fuzz::keys_and_certificates(data));
