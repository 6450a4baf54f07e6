//! The guess table: its rows, with nothing asked of anybody.

use anyhow::Result;
use mailscout::{json::TableRow, probe::guess::Row};

use super::{table::lay_out, words};

/// The rows as a table, each with its number.
pub(crate) fn table(rows: &[Row]) -> String {
    let head = ["row", "pass", "protocol", "server", "port", "encryption", "user name", "log-in"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.extend(rows.iter().enumerate().map(|(index, row)| {
        let login = row.login.as_ref();
        vec![
            (index + 1).to_string(),
            row.pass().to_string(),
            words::protocol(row.protocol).to_owned(),
            row.host.clone(),
            row.port.to_string(),
            words::security(row.security).to_owned(),
            login.map_or("anonymous", |login| &login.name).to_owned(),
            kind(row).to_owned(),
        ]
    }));
    lay_out(&lines)
}

/// The rows as a JSON array, one on each line.
pub(crate) fn json(rows: &[Row]) -> Result<String> {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| serde_json::to_string(&TableRow::new(row)))
        .collect::<Result<_, _>>()?;
    let text = format!("[\n  {}\n]\n", lines.join(",\n  "));
    Ok(super::harmless_json(&text))
}

/// How a row logs in.
pub(super) fn kind(row: &Row) -> &'static str {
    match row.login.as_ref().map(|login| login.spa) {
        Some(true) => "SPA",
        Some(false) => "password",
        None => "none",
    }
}
