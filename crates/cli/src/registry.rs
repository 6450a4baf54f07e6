//! Outlook's local XML files as the Windows registry names them.
//!
//! # Spec
//!
//! `OL2010`: below `HKCU\Software\Microsoft\Office\VERSION\Outlook\Autodiscover` each value's
//! name is a domain, its data the path of a file.

use windows_registry::CURRENT_USER;

/// Office versions, the newest last: its word counts.
const VERSIONS: [&str; 4] = ["12.0", "14.0", "15.0", "16.0"];

/// Domains and paths, as they stand there; values that are no domain are Outlook's own switches.
pub(crate) fn local_xml() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for version in VERSIONS {
        let path = format!(r"Software\Microsoft\Office\{version}\Outlook\Autodiscover");
        let Ok(key) = CURRENT_USER.open(path) else {
            continue;
        };
        let Ok(values) = key.values() else { continue };
        for (name, value) in values {
            if let (true, Ok(path)) = (name.contains('.'), String::try_from(value)) {
                files.push((name, path));
            }
        }
    }
    files
}
