//! The loop between the terminal, the link and the state: the only clock and the only place that waits of this program.
//!
//! Invariants: a frame is drawn only on request, at most thirty a second, and sent only where it differs from the last
//! one; the terminal is given back on every way out: quitting, panics, signals, job control.

use std::io::{self, Write};
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, Event, EventStream, KeyEventKind};
use crossterm::{execute, queue};
use plant_proto::client::Target;
use ratatui::DefaultTerminal;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;
use tokio_stream::StreamExt;

use crate::app::{Effect, Msg, State, update};
use crate::link::{self, Wish};
use crate::screen;

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(34);

/// How long events of the daemon are gathered before what is on the screen is fetched again.
const GATHER: Duration = Duration::from_millis(300);

/// How a run of the screens ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Somebody left.
    Quit,
    /// A signal asked for it; its number.
    Signal(i32),
}

/// Shows the screens until somebody leaves.
///
/// # Errors
/// When the terminal or the signals can't be set up, or the terminal can't be written.
pub async fn run(target: Target, org: Option<String>, unicode: bool) -> anyhow::Result<Ended> {
    let mut signals = Signals::listen()?;
    let (messages, inbox) = unbounded_channel();
    let (wishes, wanted) = unbounded_channel();
    link::start(target, org, wanted, messages)?;
    let mut screens = Screens::open(unicode, wishes, inbox)?;
    let ended = screens.run(&mut signals).await;
    close();
    ended.map_err(Into::into)
}

struct Screens {
    terminal: DefaultTerminal,
    keys: EventStream,
    state: State,
    wishes: UnboundedSender<Wish>,
    inbox: UnboundedReceiver<Msg>,
    /// When the next frame is due.
    draw_at: Option<Instant>,
    drawn_at: Option<Instant>,
    refresh_at: Option<Instant>,
    /// What the terminal shows now.
    shown: Option<(Buffer, Option<Position>)>,
}

impl Screens {
    fn open(unicode: bool, wishes: UnboundedSender<Wish>, inbox: UnboundedReceiver<Msg>) -> io::Result<Screens> {
        let terminal = ratatui::try_init()?;
        execute!(io::stdout(), EnableBracketedPaste)?;
        Ok(Screens {
            terminal,
            keys: EventStream::new(),
            state: State::new(unicode),
            wishes,
            inbox,
            draw_at: None,
            drawn_at: None,
            refresh_at: None,
            shown: None,
        })
    }

    async fn run(&mut self, signals: &mut Signals) -> io::Result<Ended> {
        self.want_frame();
        loop {
            let message = tokio::select! {
                // Keys first, so that somebody can always leave, however fast answers come.
                biased;
                signalled = signals.next() => match signalled {
                    Signalled::End(number) => return Ok(Ended::Signal(number)),
                    Signalled::Stop => { self.suspend()?; Msg::Resumed }
                    // Somebody stopped us without asking; what the shell wrote meanwhile is painted over.
                    Signalled::GoOn => { self.reopen()?; Msg::Resumed }
                },
                event = self.keys.next() => match event {
                    Some(Ok(event)) => match message(event) {
                        Some(message) => message,
                        None => continue,
                    },
                    Some(Err(error)) => return Err(error),
                    // The terminal is gone.
                    None => return Ok(Ended::Signal(SignalKind::hangup().as_raw_value())),
                },
                () = until(self.draw_at) => { self.draw()?; continue }
                message = self.inbox.recv() => match message {
                    Some(message) => message,
                    None => return Err(io::Error::other("the link has ended; this is a fault of the program")),
                },
                () = until(self.refresh_at) => { self.refresh_at = None; Msg::RefreshDue }
            };
            for effect in update(&mut self.state, message) {
                match effect {
                    // The link outlives this loop, so there is somebody to listen.
                    Effect::Request(id, request) => drop(self.wishes.send(Wish::Send(id, request))),
                    Effect::Cancel(id) => drop(self.wishes.send(Wish::Cancel(id))),
                    Effect::RefreshLater => {
                        self.refresh_at.get_or_insert_with(|| Instant::now() + GATHER);
                    }
                    Effect::Draw => self.want_frame(),
                    Effect::Suspend => {
                        self.suspend()?;
                        self.want_frame();
                    }
                    Effect::Quit => return Ok(Ended::Quit),
                }
            }
        }
    }

    fn want_frame(&mut self) {
        let now = Instant::now();
        let due = self.drawn_at.map_or(now, |drawn| now.max(drawn + FRAME));
        self.draw_at.get_or_insert(due);
    }

    fn draw(&mut self) -> io::Result<()> {
        self.draw_at = None;
        self.drawn_at = Some(Instant::now());
        self.terminal.autoresize()?;
        let area = self.terminal.get_frame().area();
        let mut next = Buffer::empty(area);
        let (cursor, drawn) = screen::view(&self.state, area, &mut next);
        update(&mut self.state, Msg::Drawn(drawn));
        let same = self
            .shown
            .as_ref()
            .is_some_and(|(shown, at)| *shown == next && *at == cursor);
        if same {
            return Ok(());
        }
        queue!(io::stdout(), crossterm::terminal::BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            // The size may have changed in between; what does not fit is left out.
            let area = frame.area().intersection(next.area);
            for position in area.positions() {
                if let (Some(cell), Some(target)) = (next.cell(position), frame.buffer_mut().cell_mut(position)) {
                    *target = cell.clone();
                }
            }
            if let Some(position) = cursor {
                frame.set_cursor_position(position);
            }
        })?;
        execute!(io::stdout(), crossterm::terminal::EndSynchronizedUpdate)?;
        self.shown = Some((next, cursor));
        Ok(())
    }

    /// Gives the terminal back, stops, and takes it again when the shell lets us go on.
    fn suspend(&mut self) -> io::Result<()> {
        close();
        // This returns when the process is continued.
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        self.reopen()
    }

    fn reopen(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        execute!(
            io::stdout(),
            crossterm::terminal::EnterAlternateScreen,
            EnableBracketedPaste
        )?;
        // Everything is painted anew. `Terminal::clear` would ask the terminal where its cursor stands and wait for the
        // answer, which not every terminal gives; a change of size does not.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::new(0, 0, size.width, size.height))?;
        self.shown = None;
        Ok(())
    }
}

/// Gives the terminal back. On the way out there is nobody to tell that it failed.
fn close() {
    let _ = execute!(
        io::stdout(),
        crossterm::terminal::EndSynchronizedUpdate,
        DisableBracketedPaste,
        crossterm::cursor::Show
    );
    let _ = ratatui::try_restore();
    let _ = io::stdout().flush();
}

/// What an event of the terminal means; nothing for what is not used.
fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(key)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        _ => None,
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// The signals that this program answers.
struct Signals {
    terminate: Signal,
    hangup: Signal,
    quit: Signal,
    interrupt: Signal,
    stop: Signal,
    go_on: Signal,
}

impl Signals {
    fn listen() -> io::Result<Signals> {
        let of = |number: rustix::process::Signal| signal(SignalKind::from_raw(number.as_raw()));
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: of(rustix::process::Signal::TSTP)?,
            go_on: of(rustix::process::Signal::CONT)?,
        })
    }

    async fn next(&mut self) -> Signalled {
        let ending = tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hangup.recv() => SignalKind::hangup(),
            _ = self.quit.recv() => SignalKind::quit(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.stop.recv() => return Signalled::Stop,
            _ = self.go_on.recv() => return Signalled::GoOn,
        };
        Signalled::End(ending.as_raw_value())
    }
}

/// What a signal asks for.
enum Signalled {
    End(i32),
    Stop,
    GoOn,
}
