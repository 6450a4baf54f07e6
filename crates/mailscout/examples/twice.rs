//! Searches twice with one `Locator`, and prints how long each search took, in microseconds.
//!
//! The second one finds what the first has left: addresses in the resolver's cache, and TLS
//! sessions that can be resumed. `cargo xtask bench rtt` measures the difference.
//!
//! ```console
//! $ cargo run -p mailscout --example twice -- alice@contoso.example --dns-server 9.0.0.53:53 --ca-file ca.pem
//! ```

use std::{env, error::Error, time::Instant};

use mailscout::{
    Locator, Network,
    discover::{Options, Strategy},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [address, options @ ..] = words.as_slice() else {
        return Err("an e-mail address is needed".into());
    };
    let mut network = Network::system()?;
    for pair in options.chunks(2) {
        match pair {
            [name, server] if name == "--dns-server" => network.dns_server = Some(server.parse()?),
            [name, file] if name == "--ca-file" => {
                network.roots.add_pem_file(file)?;
            }
            other => return Err(format!("not understood: {}", other.join(" ")).into()),
        }
    }
    let mut options = Options::default();
    options.strategy = Strategy::Hedged;
    let locator = Locator::new(&network)?.with_options(options);
    let address = address.parse()?;
    let mut times = Vec::new();
    for _ in 0..2 {
        let (started, report) = (start(), locator.locate(&address).await?);
        times.push(started.elapsed().as_micros().to_string());
        if report.incoming().is_empty() {
            return Err("no settings were found".into());
        }
    }
    print(&times.join(" "));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the search is timed")]
fn start() -> Instant {
    Instant::now()
}

#[expect(clippy::print_stdout, reason = "the times are for whoever started the program")]
fn print(line: &str) {
    println!("{line}");
}
