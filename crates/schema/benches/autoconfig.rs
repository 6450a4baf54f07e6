//! What reading and writing a `clientConfig` cost: reading against the XML library's own parse.

use std::{fs, hint::black_box, path::Path};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailscout_schema::autoconfig::{self, LowerOptions, lower};

/// The usual document, and one with everything there is.
const DOCUMENTS: [&str; 2] = ["usual", "full"];

#[expect(clippy::expect_used, reason = "a bench without its document is no bench")]
fn document(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/autoconfig");
    let path = Path::new(folder).join(name).with_extension("xml");
    fs::read_to_string(path).expect("the fixture is in the workspace")
}

fn read(c: &mut Criterion) {
    for name in DOCUMENTS {
        let text = document(name);
        let mut group = c.benchmark_group(format!("read autoconfig {name}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("mailscout", |b| {
            b.iter(|| autoconfig::read(black_box(text.as_bytes())));
        });
        group.bench_function("roxmltree", |b| {
            b.iter(|| roxmltree::Document::parse(black_box(&text)).map(drop));
        });
        group.finish();
    }
}

fn write(c: &mut Criterion) {
    let Ok(address) = "alice@contoso.example".parse() else { return };
    let Ok(reading) = autoconfig::read(document("full").as_bytes()) else { return };
    let (config, options) = (&reading.config, LowerOptions::default());
    c.bench_function("write autoconfig", |b| b.iter(|| black_box(config).to_xml()));
    c.bench_function("lower autoconfig", |b| {
        b.iter(|| lower(black_box(config), &address, &options));
    });
}

criterion_group!(benches, read, write);
criterion_main!(benches);
