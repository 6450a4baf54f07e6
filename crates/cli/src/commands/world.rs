//! The network of a command: this computer's, or the lab's.

use anyhow::Result;
use mailscout::Network;

#[cfg(feature = "lab")]
use crate::output::{printable, say};
use crate::{
    args::NetworkArgs,
    setup::{self, Configured},
};

/// A network, and the lab that it ends in, if that is one.
pub(super) struct World {
    pub(super) network: Network,
    /// The address that shows the lab's scenario.
    pub(super) address: Option<String>,
    #[cfg(feature = "lab")]
    lab: Option<super::lab::Lab>,
}

#[cfg(feature = "lab")]
impl World {
    /// The network that the command line and the configuration ask for.
    pub(super) async fn open(args: &NetworkArgs, configured: &Configured) -> Result<Self> {
        let Some(name) = args.lab() else {
            let network = setup::network(args, &configured.config)?;
            return Ok(Self { network, address: None, lab: None });
        };
        let lab = super::lab::start(name).await?;
        let mut network = lab.network()?;
        setup::bend(&mut network, args, &configured.config)?;
        Ok(Self { network, address: Some(lab.address().to_owned()), lab: Some(lab) })
    }

    /// Prints what the lab's servers were asked, where that is wanted.
    pub(super) async fn print_journal(&self, args: &NetworkArgs) {
        if let (true, Some(lab)) = (args.lab_journal, &self.lab) {
            for line in lab.journal().await {
                say(format_args!("lab: {}\n", printable(&line)));
            }
        }
    }
}

#[cfg(not(feature = "lab"))]
#[expect(clippy::unused_async, reason = "with the lab there are servers to start and to wait for")]
impl World {
    /// The network that the command line and the configuration ask for.
    pub(super) async fn open(args: &NetworkArgs, configured: &Configured) -> Result<Self> {
        Ok(Self { network: setup::network(args, &configured.config)?, address: None })
    }

    /// There is no lab, and no journal.
    pub(super) async fn print_journal(&self, _: &NetworkArgs) {}
}
