//! What reading and writing cost: reading against the XML library's own parse of the same text.

use std::{fs, hint::black_box, path::Path};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailscout_schema::autodiscover::{self, LowerOptions, Outcome, Request, lower};

/// Documents from small and usual to the largest of an Exchange server.
const DOCUMENTS: [&str; 2] = ["contoso-pop3-imap-smtp", "exchange-full"];

#[expect(clippy::expect_used, reason = "a bench without its document is no bench")]
fn document(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/autodiscover");
    let path = Path::new(folder).join(name).with_extension("xml");
    fs::read_to_string(path).expect("the fixture is in the workspace")
}

fn read(c: &mut Criterion) {
    for name in DOCUMENTS {
        let text = document(name);
        let mut group = c.benchmark_group(format!("read {name}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("mailscout", |b| {
            b.iter(|| autodiscover::read(black_box(text.as_bytes())));
        });
        group.bench_function("roxmltree", |b| {
            b.iter(|| roxmltree::Document::parse(black_box(&text)).map(drop));
        });
        group.finish();
    }
}

fn write(c: &mut Criterion) {
    let Ok(address) = "alice@contoso.example".parse() else { return };
    let Ok(reading) = autodiscover::read(document("exchange-full").as_bytes()) else { return };
    let Outcome::Settings(account) = reading.response.outcome() else { return };
    let user = &reading.response.user;
    c.bench_function("write request", |b| b.iter(|| Request::new(black_box(&address)).to_xml()));
    c.bench_function("write response", |b| b.iter(|| black_box(&reading.response).to_xml()));
    c.bench_function("lower", |b| {
        b.iter(|| lower(black_box(account), user, &address, LowerOptions::default()));
    });
}

criterion_group!(benches, read, write);
criterion_main!(benches);
