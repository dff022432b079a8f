#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| argocd_pin_plugin::fuzz::archives(data));
