//! A DNS for the program beside real servers: the lab's, with the zone of the domain and no host.

use mailscout_lab::{Journal, Scenario, World};

/// A running name server. What its zone does not have is NXDOMAIN, not a time-out.
pub(crate) struct Names {
    world: World,
    // After the world, whose tasks it runs.
    _runtime: tokio::runtime::Runtime,
}

impl Names {
    /// Serves contoso.example with these records, one a line, such as `@ MX 10 mail`. A host that
    /// has a server by `connect_to` needs none, and one with an address would lead out of here.
    pub(crate) fn start(records: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let scenario = Scenario::from_toml(&format!(
            "title = \"Names beside real servers\"\naddress = \"{user}\"\n\
             [zones.\"contoso.example\"]\nrecords = '''\n{records}\n'''",
            user = super::USER,
        ));
        let world = runtime.block_on(World::start(&scenario.unwrap())).unwrap();
        Self { world, _runtime: runtime }
    }

    /// The value of `--dns-server`.
    pub(crate) fn dns_server(&self) -> String {
        self.world.dns_server().to_string()
    }

    /// What was asked.
    pub(crate) fn journal(&self) -> Journal {
        self.world.journal()
    }
}
