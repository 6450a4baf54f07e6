//! How a search is shown.

#[derive(Debug, clap::Args)]
pub(crate) struct OutputArgs {
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Show every question in order, with its answer, its time, and why it was not taken
    #[arg(long, conflicts_with = "json")]
    pub(crate) explain: bool,
}
