//! x
#![allow(missing_docs)]
use argocd_pin_plugin::chart::{defines::Mode, instrument::*};
use std::io::Read;
fn main() {
    let mut s = String::new();
    std::io::stdin().read_to_string(&mut s).unwrap();
    let v: serde_json::Value = serde_json::from_str(&s).unwrap();
    let st = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let sources: Vec<TemplateSource> = v["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|x| TemplateSource {
            chart: st(&x[0]),
            file: st(&x[1]),
            path: st(&x[2]),
            text: st(&x[3]),
            is_shared: false,
        })
        .collect();
    let texts: Vec<TplText> = v["texts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|x| TplText {
            label: st(&x[0]),
            text: st(&x[1]),
        })
        .collect();
    let key = |name: &str| {
        use sha2::{Digest, Sha256};
        Sha256::digest(name.as_bytes())
            .iter()
            .take(16)
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    };
    let t = std::time::Instant::now();
    let i = instrument_sources(
        &sources,
        &texts,
        &Options {
            define_name: "0123456789abcdef",
            clock: 1577934245,
            site_key: &key,
            allow: &[],
        },
    );
    let el = t.elapsed().as_micros();
    let out = serde_json::json!({"texts": i.texts, "changed": i.changed, "micros": el as u64, "p": i.defines(Mode::Placeholder), "t": i.defines(Mode::Twin), "q": i.defines(Mode::Probe),
        "sites": i.sites.iter().map(|s| format!("{:?}", s)).collect::<Vec<_>>(), "fixed": i.fixed});
    println!("{out}");
}
