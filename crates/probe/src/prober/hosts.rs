//! The names of the table: each is looked up once, and a wildcard in the DNS is seen through.

use core::{net::IpAddr, time::Duration};

use mailscout_net::{
    dns::{Addresses, Records},
    failure::Failure,
    job::JobId,
    policy::AddressPolicy,
};

use super::verdict::Refusal;

/// All names, the one that nobody has among them.
#[derive(Debug)]
pub(super) struct Hosts {
    list: Vec<Host>,
    nobody: Option<Host>,
}

/// One name.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) state: Asked,
    pub(super) started: Duration,
    pub(super) elapsed: Duration,
}

/// How far a look-up is.
#[derive(Debug)]
pub(super) enum Asked {
    Not,
    Running(JobId),
    Known(Result<Vec<IpAddr>, Refusal>),
    CutOff,
}

impl Host {
    fn new(name: String) -> Self {
        Self { name, state: Asked::Not, started: Duration::ZERO, elapsed: Duration::ZERO }
    }

    /// Gives up the look-up if it runs.
    pub(super) fn give_up(&mut self, now: Duration) -> Option<JobId> {
        let Asked::Running(id) = self.state else {
            return None;
        };
        self.elapsed = now.saturating_sub(self.started);
        self.state = Asked::CutOff;
        Some(id)
    }

    fn addresses(&self) -> Option<&[IpAddr]> {
        match &self.state {
            Asked::Known(Ok(addresses)) => Some(addresses),
            _ => None,
        }
    }

    fn is_settled(&self) -> bool {
        matches!(self.state, Asked::Known(_) | Asked::CutOff)
    }
}

impl Hosts {
    /// These names, and one that nobody has; without it no wildcard is looked for.
    pub(super) fn new(names: Vec<String>, nobody: Option<String>) -> Self {
        let list = names.into_iter().map(Host::new).collect();
        Self { list, nobody: nobody.map(Host::new) }
    }

    /// Every name, the one that nobody has at the end.
    pub(super) fn all(&self) -> impl Iterator<Item = &Host> {
        self.list.iter().chain(&self.nobody)
    }

    /// Every name of the table.
    pub(super) fn named(&self) -> impl Iterator<Item = &Host> {
        self.list.iter()
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Host> {
        self.list.iter_mut().chain(&mut self.nobody)
    }

    /// Takes an answer of the DNS.
    pub(super) fn take(
        &mut self,
        id: JobId,
        answer: Result<Records, Failure>,
        policy: AddressPolicy,
        silent: &[IpAddr],
        now: Duration,
    ) {
        let asked = |host: &&mut Host| matches!(host.state, Asked::Running(job) if job == id);
        if let Some(host) = self.all_mut().find(asked) {
            host.elapsed = now.saturating_sub(host.started);
            host.state = Asked::Known(usable(answer, policy, silent));
        }
    }

    fn get(&self, name: &str) -> Option<&Host> {
        self.list.iter().find(|host| host.name == name)
    }

    /// The addresses of a name, or why there are none; `None` until that is known, and until it is
    /// known whether they are those of every name.
    pub(super) fn answer(&self, name: &str) -> Option<Result<&[IpAddr], &Refusal>> {
        match &self.get(name)?.state {
            Asked::Known(Ok(addresses)) if self.nobody.iter().all(Host::is_settled) => {
                Some(Ok(addresses))
            }
            Asked::Known(Err(refusal)) => Some(Err(refusal)),
            _ => None,
        }
    }

    /// About one round trip: the quickest answer of the DNS; `None` before there was one.
    pub(super) fn round_trip(&self) -> Option<Duration> {
        let is_answered = |host: &&Host| match &host.state {
            Asked::Known(Err(Refusal::NoAddress(failure))) => failure.is_answer(),
            Asked::Known(_) => true,
            Asked::Not | Asked::Running(_) | Asked::CutOff => false,
        };
        self.all().filter(is_answered).map(|host| host.elapsed).min()
    }

    /// Whether a name has the addresses that every name has.
    pub(super) fn is_any_name(&self, name: &str) -> bool {
        let all = |host: &Host| host.addresses().map(sorted);
        let any = self.nobody.as_ref().and_then(all);
        any.is_some() && self.get(name).and_then(all) == any
    }

    /// Whether every name below the domain has an address.
    pub(super) fn has_wildcard(&self) -> bool {
        self.nobody.as_ref().is_some_and(|host| host.addresses().is_some())
    }

    /// What tells a server apart whatever it is called: its addresses.
    pub(super) fn server_of(&self, name: &str) -> Vec<IpAddr> {
        self.get(name).and_then(Host::addresses).map(sorted).unwrap_or_default()
    }
}

fn sorted(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let mut addresses = addresses.to_vec();
    addresses.sort();
    addresses
}

fn usable(
    answer: Result<Records, Failure>,
    policy: AddressPolicy,
    silent: &[IpAddr],
) -> Result<Vec<IpAddr>, Refusal> {
    let Addresses { list, routed, .. } = match answer {
        Ok(Records::Addresses(addresses)) => addresses,
        Ok(_) => return Err(Refusal::NoAddress(Failure::NoData)),
        Err(failure) => return Err(Refusal::NoAddress(failure)),
    };
    let allowed = |address: &&IpAddr| routed || policy.allows(**address);
    let usable: Vec<IpAddr> = list.iter().filter(allowed).copied().collect();
    let answering: Vec<IpAddr> =
        usable.iter().filter(|address| !silent.contains(address)).copied().collect();
    match (usable.is_empty(), list.first()) {
        (false, _) if answering.is_empty() => Err(Refusal::Network(Failure::ConnectTimeout)),
        (false, _) => Ok(answering),
        (true, Some(first)) => Err(Refusal::ForbiddenAddress(*first)),
        (true, None) => Err(Refusal::NoAddress(Failure::NoData)),
    }
}
