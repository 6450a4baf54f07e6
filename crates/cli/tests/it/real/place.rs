//! What a server is started with: a folder, an address, ports, a certificate, a user to run as.

use std::{
    ffi::OsStr,
    fs::Permissions,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU8, Ordering},
    },
};

use tempfile::TempDir;

use super::{HOSTS, Port, Server, leash::Leash};
use crate::authority::certify;

/// A place where no server runs yet.
pub(super) struct Place {
    folder: TempDir,
    address: Ipv4Addr,
    ports: Vec<Port>,
}

impl Place {
    /// A folder with a certificate, and a free port for each of these.
    pub(super) fn new(known: &[u16]) -> Self {
        let folder = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o755)) // a server may give up its rights
            .tempdir()
            .unwrap();
        certify(folder.path(), &HOSTS);
        let address = own_address();
        // All are held until each has its own.
        let listeners: Vec<_> =
            known.iter().map(|_| TcpListener::bind((address, 0)).unwrap()).collect();
        let ports = known
            .iter()
            .zip(listeners)
            .map(|(&known, listener)| Port { known, real: listener.local_addr().unwrap().port() });
        let ports = ports.collect();
        Self { folder, address, ports }
    }

    /// The address to listen at.
    pub(super) fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// The port to listen on instead of a known one; `None` where the place has none for it.
    pub(super) fn port(&self, known: u16) -> Option<u16> {
        self.ports.iter().find(|port| port.known == known).map(|port| port.real)
    }

    /// A path in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Makes a folder in the folder, in which the [`account`] may write.
    pub(super) fn make_folder(&self, name: &str) {
        std::fs::create_dir(self.path(name)).unwrap();
        chown(self.path(name), Some(account().uid), Some(account().gid)).unwrap();
    }

    /// Starts the server, and waits until each of its ports takes a connection and the file
    /// `sign` is there. Both names are of the folder.
    #[expect(clippy::disallowed_types, reason = "whether it listens shows in a connection")]
    pub(super) fn start(
        self,
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        log: &'static str,
        sign: &str,
    ) -> Server {
        let (sign, address, ports) = (self.path(sign), self.address, self.ports);
        let leash = Leash::new(self.folder, program, arguments);
        let listens = |port: &Port| std::net::TcpStream::connect((address, port.real)).is_ok();
        for port in &ports {
            leash.wait_until(|| listens(port), log);
        }
        leash.wait_until(|| sign.exists(), log);
        Server { leash, address, ports, log, behind: None }
    }
}

/// An address of loopback that no other server has. One that differs from the client's matters:
/// to Dovecot a connection from its own address is as good as an encrypted one.
fn own_address() -> Ipv4Addr {
    static LAST: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high, low, LAST.fetch_add(1, Ordering::Relaxed) + 1)
}

/// Whom the servers run as.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) user: String,
    pub(super) group: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// `nobody` where the tests are root's, else who runs them.
pub(super) fn account() -> &'static Account {
    static ACCOUNT: OnceLock<Account> = OnceLock::new();
    ACCOUNT.get_or_init(|| {
        let whom = if is_root() { &["nobody"][..] } else { &[] };
        let id = |what| {
            let output = Command::new("id").arg(what).args(whom).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        Account {
            user: id("-un"),
            group: id("-gn"),
            uid: id("-u").parse().unwrap(),
            gid: id("-g").parse().unwrap(),
        }
    })
}

/// Whether the tests are root's, as the owner of a new file shows.
pub(super) fn is_root() -> bool {
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}
