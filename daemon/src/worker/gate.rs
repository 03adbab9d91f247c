//! Frames that wait until it is known whether they are to be sent.

use std::io::{self, Write};

/// Holds back what is written until it is opened.
#[derive(Debug)]
pub struct Gate<'o, W> {
    out: &'o mut W,
    held: Option<Vec<u8>>,
}

impl<'o, W: Write> Gate<'o, W> {
    /// One that lets everything through.
    pub fn opened(out: &'o mut W) -> Gate<'o, W> {
        Gate { out, held: None }
    }

    /// One that holds everything back.
    pub fn closed(out: &'o mut W) -> Gate<'o, W> {
        Gate {
            out,
            held: Some(Vec::new()),
        }
    }

    /// The bytes that are held back; `None` where it is open.
    pub fn held(&self) -> Option<usize> {
        self.held.as_ref().map(Vec::len)
    }

    /// Lets go of what was held back, and holds back nothing more.
    ///
    /// # Errors
    /// What writing it says.
    pub fn open(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(held) => self.out.write_all(&held),
            None => Ok(()),
        }
    }
}

impl<W: Write> Write for Gate<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.held {
            Some(held) => held.write(bytes),
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &self.held {
            Some(_) => Ok(()),
            None => self.out.flush(),
        }
    }
}
