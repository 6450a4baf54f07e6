//! The web servers: one request, one answer, and then the end; where NTLM is spoken, some more.

mod faults;
mod gzip;
mod log_in;
mod request;
mod respond;

pub(crate) use respond::converse;
