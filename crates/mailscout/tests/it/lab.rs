//! A scenario of the lab with a locator in it, and a watchdog around the test.

use core::{future::Future, time::Duration};

use mailscout::{
    Locator, Network,
    discover::{Ispdb, Options},
};
use mailscout_lab::{Scenario, World};

/// Serves a scenario, and gives a locator that sees nothing else.
pub(crate) async fn start(scenario: &str) -> (World, Locator) {
    let scenario = if scenario.contains('\n') {
        Scenario::from_toml(scenario).unwrap()
    } else {
        Scenario::named(scenario).unwrap()
    };
    serve(&scenario).await
}

/// The same of a scenario that was read.
pub(crate) async fn serve(scenario: &Scenario) -> (World, Locator) {
    let world = World::start(scenario).await.unwrap();
    let routes = world.routes().iter();
    let routes = routes.map(|route| ((route.address, route.port).into(), route.target));
    let network = Network::isolated(world.dns_server(), world.ca_pem().as_bytes(), routes).unwrap();
    let mut options = Options::default();
    // No scenario has Mozilla's servers.
    options.ispdb = Ispdb::Off;
    let locator = Locator::new(&network).unwrap().with_options(options);
    (world, locator)
}

#[expect(clippy::disallowed_methods, reason = "a watchdog is about real time")]
pub(crate) async fn watched<T>(test: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(5), test).await.expect("the test ends within 5 s")
}
