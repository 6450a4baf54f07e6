//! Where nobody answers: how long that may take, in virtual time.
#![expect(clippy::disallowed_methods, reason = "a test in virtual time reads the clock and sleeps")]

use std::{sync::Arc, time::Duration};

use mailscout::{
    Locator, async_trait,
    discover::{Conclusion, Options, Strategy},
    net::{
        connect::{Connect, Connection, Target},
        dns::{Lookup, Records, Resolve},
        failure::Failure,
        http::{Exchange, HttpRequest, HttpResponse},
    },
};
use tokio::time::{Instant, sleep};

/// A network in which every question waits for its own deadline.
#[derive(Debug)]
struct Silence;

#[async_trait]
impl Resolve for Silence {
    async fn resolve(&self, lookup: &Lookup) -> Result<Records, Failure> {
        sleep(lookup.deadline).await;
        Err(Failure::DnsTimeout)
    }
}

#[async_trait]
impl Exchange for Silence {
    async fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        sleep(request.limits.exchange).await;
        Err(Failure::ExchangeTimeout)
    }
}

#[async_trait]
impl Connect for Silence {
    async fn connect(&self, _: &Target, time: Duration) -> Result<Box<dyn Connection>, Failure> {
        sleep(time).await;
        Err(Failure::ConnectTimeout)
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_to_which_nobody_answers_ends_at_its_deadline_the_guess_included() {
    for (strategy, seconds) in
        [(Strategy::Hedged, 15), (Strategy::Eager, 15), (Strategy::Sequential, 60)]
    {
        let silence = || Arc::new(Silence);
        let mut options = Options::default();
        options.strategy = strategy;
        // The guess alone would take as long again as both of the search's questions in turn.
        options.deadlines.dns = Duration::from_secs(7);
        let locator = Locator::over(silence(), silence(), silence()).with_options(options);
        let started = Instant::now();
        let address = "alice@contoso.example".parse().unwrap();
        let report = Box::pin(locator.locate(&address)).await.unwrap();
        assert_eq!(report.conclusion(), Conclusion::Failed, "{strategy:?}");
        let took = started.elapsed();
        assert!(took <= Duration::from_secs(seconds), "{strategy:?}: {took:?}");
        assert!(report.guess.is_some(), "{strategy:?}");
    }
}
