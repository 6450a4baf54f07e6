//! Signals at the prompt and after it. The prompt switches echo, lines and the keys of signals off; a
//! program that a signal ended meanwhile would leave the terminal like that.

use std::{
    future::Future,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use rustix::{
    process::{Signal, getpid, kill_process},
    termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr},
};
use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

/// Waits for the prompt, on a terminal that shows nothing of what is typed.
pub(super) async fn quietly<T>(typed: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let quiet = Arc::new(Quiet::default());
    watch(Arc::clone(&quiet))?;
    quiet.begin()?;
    let typed = typed.await;
    quiet.end();
    // Ctrl-C is a character to the prompt, which then sends the signal; nobody waits for that.
    if matches!(&typed, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
        quiet.exit(SignalKind::interrupt());
    }
    typed
}

/// Ends the program when it is told to, from now on. A signal that has once had a handler does
/// nothing by itself any more, so this goes on after the prompt, on a thread that waits for nothing
/// else: whatever the others do, the program ends at once.
fn watch(quiet: Arc<Quiet>) -> io::Result<()> {
    let (begun, has_begun) = mpsc::channel();
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let runtime = match Builder::new_current_thread().enable_io().build() {
            Ok(runtime) => runtime,
            Err(error) => return begun.send(Err(error)),
        };
        runtime.block_on(async {
            match Signals::new() {
                Ok(signals) => {
                    begun.send(Ok(()))?;
                    signals.obey(&quiet).await
                }
                Err(error) => begun.send(Err(error)),
            }
        })
    })?;
    has_begun.recv().map_err(io::Error::other)?
}

/// A terminal that shows nothing of what is typed, from before the question stands there; what was
/// typed earlier is forgotten. Holds the settings that were found, while they are changed.
#[derive(Default)]
struct Quiet(Mutex<Option<Termios>>);

impl Quiet {
    fn begin(&self) -> io::Result<()> {
        let mut found = self.found();
        let now = tcgetattr(io::stdin())?;
        let mut quiet = now.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        *found = Some(now);
        Ok(())
    }

    fn end(&self) {
        put_back(&mut self.found());
    }

    /// Ends the program as shells know it from the signal. Nobody can change the terminal meanwhile.
    fn exit(&self, kind: SignalKind) -> ! {
        let mut found = self.found();
        put_back(&mut found);
        std::process::exit(128 + kind.as_raw_value())
    }

    fn is_open(&self) -> bool {
        self.found().is_some()
    }

    fn found(&self) -> MutexGuard<'_, Option<Termios>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put_back(found: &mut Option<Termios>) {
    if let Some(found) = found.take() {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &found);
    }
}

/// What is listened to.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            quit: signal(SignalKind::quit())?,
            hang_up: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(Signal::TSTP.as_raw()))?,
        })
    }

    async fn obey(mut self, quiet: &Quiet) -> ! {
        loop {
            let kind = tokio::select! {
                _ = self.interrupt.recv() => SignalKind::interrupt(),
                _ = self.terminate.recv() => SignalKind::terminate(),
                _ = self.quit.recv() => SignalKind::quit(),
                _ = self.hang_up.recv() => SignalKind::hangup(),
                _ = self.stop.recv() => {
                    // An open prompt stays: a shell would inherit its silent terminal.
                    if !quiet.is_open() {
                        let _ = kill_process(getpid(), Signal::STOP);
                    }
                    continue;
                }
            };
            quiet.exit(kind);
        }
    }
}
