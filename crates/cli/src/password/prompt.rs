//! The prompt on the terminal. Ctrl-C and the other signals that end a program end it here as
//! everywhere, and leave the terminal as it was.

use std::io;

use secrecy::zeroize::Zeroizing;

#[cfg(unix)]
mod signals;

/// Reads a line without echo.
pub(super) async fn read(question: String) -> io::Result<Zeroizing<String>> {
    let typed = async {
        let typed = tokio::task::spawn_blocking(move || {
            let config = rpassword::ConfigBuilder::new().password_feedback_hide().build();
            rpassword::prompt_password_with_config(question, config).map(Zeroizing::new)
        });
        typed.await.map_err(io::Error::other)?
    };
    #[cfg(unix)]
    let typed = signals::quietly(typed);
    typed.await
}
