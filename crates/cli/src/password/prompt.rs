//! The prompt on the terminal. Ctrl-C ends the program here as everywhere, and leaves the terminal
//! as it was.

use std::io;

use secrecy::zeroize::Zeroizing;

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
    let typed = unix::quietly(typed);
    typed.await
}

#[cfg(unix)]
mod unix {
    use std::{future::Future, io};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use tokio::signal::unix::{SignalKind, signal};

    /// Waits for the prompt or for Ctrl-C. The prompt switches the signal's key off and sends the
    /// signal itself, while the terminal is still changed; without a handler the program would
    /// leave it like that.
    pub(super) async fn quietly<T>(typed: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        let mut interrupted = signal(SignalKind::interrupt())?;
        let quiet = Quiet::new()?;
        let typed = tokio::select! {
            _ = interrupted.recv() => Err(io::ErrorKind::Interrupted.into()),
            typed = typed => typed,
        };
        drop(quiet);
        if matches!(&typed, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
            std::process::exit(INTERRUPTED);
        }
        // From now on the signal has a handler, and has to end the program.
        tokio::spawn(async move {
            interrupted.recv().await;
            std::process::exit(INTERRUPTED);
        });
        typed
    }

    /// A terminal that shows nothing of what is typed, from before the question stands there; what
    /// was typed earlier is forgotten. Dropping it puts everything back.
    struct Quiet {
        found: Termios,
    }

    impl Quiet {
        fn new() -> io::Result<Self> {
            let found = tcgetattr(io::stdin())?;
            let mut quiet = found.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
            Ok(Self { found })
        }
    }

    impl Drop for Quiet {
        fn drop(&mut self) {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.found);
        }
    }

    /// What shells make of a program that SIGINT ended.
    const INTERRUPTED: i32 = 130;
}
