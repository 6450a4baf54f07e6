//! The web servers: one request, one answer, and then the end.

mod faults;
mod gzip;
mod request;
mod respond;

pub(crate) use respond::converse;
