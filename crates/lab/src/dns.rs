//! The name server: zones and their lookup, and the sockets it answers on.

mod names;
mod server;

pub(crate) use names::Names;
pub(crate) use server::{NameServer, bind};
