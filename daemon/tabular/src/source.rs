//! Blocks of a file, decoded to UTF-8, cut into physical lines.
//!
//! - Reads are positioned, so that another holder of the same descriptor is not disturbed.
//! - Memory is bounded by a block and the longest line allowed.
//! - Line ends are counted on the blocks, apart from the cutting: the row balance is closed against that count.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding};
use memchr::{memchr_iter, memchr2};

use crate::error::ReadError;

/// Size of one read.
pub(crate) const BLOCK_BYTES: usize = 512 * 1024;

/// An open file, and what the system said when it could not read it. A library that unpacks a workbook tells that as
/// damage, or leaves a sheet out; only this place knows that the file itself may be whole.
#[derive(Debug)]
pub(crate) struct Medium {
    file: File,
    /// The number of the error; 0 for none.
    errno: AtomicI32,
    #[cfg(test)]
    pub(crate) fails_from: Option<u64>,
}

impl Medium {
    pub(crate) fn new(file: File) -> Medium {
        Medium {
            file,
            errno: AtomicI32::new(0),
            #[cfg(test)]
            fails_from: None,
        }
    }

    fn read_at(&self, part: &mut [u8], at: u64) -> io::Result<usize> {
        let read = self.read_now(part, at);
        if let Err(error) = &read
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.errno.store(error.raw_os_error().unwrap_or(0), Ordering::Relaxed);
        }
        read
    }

    fn read_now(&self, part: &mut [u8], at: u64) -> io::Result<usize> {
        #[cfg(test)]
        if self.fails_from.is_some_and(|from| at + part.len() as u64 > from) {
            return Err(io::Error::from_raw_os_error(5));
        }
        self.file.read_at(part, at)
    }

    /// What came of a reading, unless the system failed in it: then nothing of it holds.
    pub(crate) fn unless_failed<T>(&self, outcome: Result<T, ReadError>) -> Result<T, ReadError> {
        match self.errno.load(Ordering::Relaxed) {
            0 => outcome,
            errno => Err(ReadError::Io(io::Error::from_raw_os_error(errno))),
        }
    }
}

/// A file with a position of its own.
#[derive(Debug, Clone)]
pub(crate) struct Positioned {
    file: Arc<Medium>,
    at: u64,
    end: u64,
}

impl Positioned {
    pub(crate) fn new(file: Arc<Medium>, at: u64, end: u64) -> Positioned {
        Positioned { file, at, end }
    }
}

impl Read for Positioned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let Some(part) = buffer.get_mut(..wanted) else {
            return Ok(0);
        };
        if part.is_empty() {
            return Ok(0);
        }
        let read = self.file.read_at(part, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Positioned {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// The bytes of a text as UTF-8.
pub(crate) enum Text {
    /// Already UTF-8, or ASCII; invalid bytes pass and are met line by line.
    Plain(Positioned),
    /// Another encoding; what can't be decoded becomes U+FFFD.
    Decoded(Box<Decoding>),
}

/// A running conversion.
pub(crate) struct Decoding {
    input: Positioned,
    decoder: Decoder,
    raw: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
    finished: bool,
    replaced: bool,
}

impl Text {
    pub(crate) fn new(input: Positioned, encoding: &'static Encoding) -> Text {
        if encoding == encoding_rs::UTF_8 {
            return Text::Plain(input);
        }
        Text::Decoded(Box::new(Decoding {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; BLOCK_BYTES / 2],
            at: 0,
            filled: 0,
            ended: false,
            finished: false,
            replaced: false,
        }))
    }

    /// Whether something could not be decoded so far.
    fn replaced(&self) -> bool {
        match self {
            Text::Plain(_) => false,
            Text::Decoded(decoding) => decoding.replaced,
        }
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Text::Plain(input) => input.read(buffer),
            Text::Decoded(decoding) => decoding.read(buffer),
        }
    }
}

impl Read for Decoding {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The decoder needs room for one whole character.
        while !self.finished && buffer.len() >= 16 {
            if self.at == self.filled && !self.ended {
                self.filled = self.input.read(&mut self.raw)?;
                self.at = 0;
                self.ended = self.filled == 0;
            }
            let input = self.raw.get(self.at..self.filled).unwrap_or_default();
            let (result, read, written, replaced) = self.decoder.decode_to_utf8(input, buffer, self.ended);
            self.at += read;
            self.replaced |= replaced;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// Cuts a text into physical lines; `\n`, `\r\n` and a lone `\r` all end one.
pub(crate) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// First byte not given yet.
    start: usize,
    /// First byte not searched yet.
    searched: usize,
    filled: usize,
    ended: bool,
    line: u64,
    mark: Option<(usize, u64)>,
    limit: usize,
    counted: Count,
}

/// The count of line ends on the blocks as they come.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    ends: u64,
    bytes: u64,
    last: u8,
}

impl Count {
    fn block(&mut self, block: &[u8]) {
        let (Some(&first), Some(&last)) = (block.first(), block.last()) else {
            return;
        };
        let feeds = memchr_iter(b'\n', block).count() as u64;
        let mut returns = 0;
        for at in memchr_iter(b'\r', block) {
            returns += u64::from(block.get(at + 1) != Some(&b'\n'));
        }
        // A pair cut by the edge of the block: its return was counted with the block before.
        if self.bytes > 0 && self.last == b'\r' && first == b'\n' {
            self.ends -= 1;
        }
        self.ends += feeds + returns;
        self.bytes += block.len() as u64;
        self.last = last;
    }

    fn lines(&self) -> u64 {
        self.ends + u64::from(self.bytes > 0 && self.last != b'\n' && self.last != b'\r')
    }
}

/// One physical line in the buffer, without its end; valid until the next one is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    /// Physical line, 1-based.
    pub(crate) line: u64,
    /// Whether a line end follows.
    pub(crate) terminated: bool,
    range: Range<usize>,
}

/// Where physical lines come from.
pub(crate) trait LineSource {
    /// The next line, or `None` after the last.
    fn next_line(&mut self) -> Result<Option<Span>, ReadError>;
    /// The bytes of a line.
    fn bytes(&self, span: &Span) -> &[u8];
    /// Keeps everything from the line after the last given one, so that [`LineSource::reset`] can go back there.
    fn mark(&mut self);
    /// Goes back to the mark and forgets it.
    fn reset(&mut self);
    /// Forgets the mark.
    fn unmark(&mut self);
    /// Whether U+FFFD in a line may stand for bytes that could not be decoded.
    fn replaced(&self) -> bool;
}

impl Lines<Text> {
    pub(crate) fn new(input: Text, limit: usize) -> Lines<Text> {
        Lines {
            input,
            buffer: vec![0; BLOCK_BYTES + BLOCK_BYTES / 2],
            start: 0,
            searched: 0,
            filled: 0,
            ended: false,
            line: 0,
            mark: None,
            limit,
            counted: Count::default(),
        }
    }

    /// Physical lines read so far, counted on the blocks.
    pub(crate) fn physical(&self) -> u64 {
        self.counted.lines()
    }

    /// Bytes of text read so far, by whole blocks.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.counted.bytes
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        let keep = self.mark.map_or(self.start, |(at, _)| at.min(self.start));
        if keep > 0 {
            self.buffer.copy_within(keep..self.filled, 0);
            self.start -= keep;
            self.searched -= keep;
            self.filled -= keep;
            if let Some((at, _)) = &mut self.mark {
                *at -= keep;
            }
        }
        if self.buffer.len() - self.filled < BLOCK_BYTES / 2 {
            self.buffer.resize(self.filled + BLOCK_BYTES, 0);
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        let read = loop {
            match self.input.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.counted.block(room.get(..read).unwrap_or_default());
        self.ended = read == 0;
        self.filled += read;
        Ok(())
    }

    fn give(&mut self, end: usize, ending: usize) -> Span {
        self.line += 1;
        let mut range = self.start..end;
        self.start = end + ending;
        self.searched = self.start;
        if ending == 0 {
            // The DOS end-of-file mark.
            while self
                .buffer
                .get(range.clone())
                .is_some_and(|line| line.last() == Some(&0x1a))
            {
                range.end -= 1;
            }
        }
        Span {
            line: self.line,
            terminated: ending > 0,
            range,
        }
    }
}

impl LineSource for Lines<Text> {
    fn next_line(&mut self) -> Result<Option<Span>, ReadError> {
        loop {
            let unsearched = self.buffer.get(self.searched..self.filled).unwrap_or_default();
            if let Some(at) = memchr2(b'\n', b'\r', unsearched).map(|at| at + self.searched) {
                if at - self.start > self.limit {
                    return Err(ReadError::LineTooLong {
                        line: self.line + 1,
                        limit: self.limit,
                    });
                }
                if self.buffer.get(at) == Some(&b'\n') {
                    return Ok(Some(self.give(at, 1)));
                }
                if at + 1 < self.filled || self.ended {
                    let pair = at + 1 < self.filled && self.buffer.get(at + 1) == Some(&b'\n');
                    return Ok(Some(self.give(at, if pair { 2 } else { 1 })));
                }
                self.searched = at;
            } else {
                self.searched = self.filled;
                if self.filled - self.start > self.limit {
                    return Err(ReadError::LineTooLong {
                        line: self.line + 1,
                        limit: self.limit,
                    });
                }
                if self.ended {
                    return Ok((self.start < self.filled).then(|| self.give(self.filled, 0)));
                }
            }
            self.fill()?;
        }
    }

    fn bytes(&self, span: &Span) -> &[u8] {
        self.buffer.get(span.range.clone()).unwrap_or_default()
    }

    fn mark(&mut self) {
        self.mark = Some((self.start, self.line));
    }

    fn reset(&mut self) {
        if let Some((at, line)) = self.mark.take() {
            self.start = at;
            self.searched = at;
            self.line = line;
        }
    }

    fn unmark(&mut self) {
        self.mark = None;
    }

    fn replaced(&self) -> bool {
        self.input.replaced()
    }
}

/// The first lines of a text, kept to decide the layout from.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    text: Vec<u8>,
    ends: Vec<usize>,
    next: usize,
    mark: usize,
    /// Whether the text ends with the sample.
    pub(crate) whole: bool,
    /// Whether the last line has no line end.
    pub(crate) open_end: bool,
}

impl Sample {
    /// Reads lines until the text or the room ends.
    pub(crate) fn read(lines: &mut Lines<Text>, bytes: usize, skip_first: bool) -> Result<Sample, ReadError> {
        let mut sample = Sample::default();
        if skip_first && lines.next_line()?.is_none() {
            return Ok(sample);
        }
        while sample.text.len() < bytes {
            let Some(span) = lines.next_line()? else {
                sample.whole = true;
                return Ok(sample);
            };
            sample.open_end = !span.terminated;
            sample.text.extend_from_slice(lines.bytes(&span));
            sample.ends.push(sample.text.len());
        }
        Ok(sample)
    }

    /// Whether a character stands anywhere in it.
    pub(crate) fn contains(&self, wanted: char) -> bool {
        memchr::memmem::find(&self.text, wanted.encode_utf8(&mut [0; 4]).as_bytes()).is_some()
    }

    pub(crate) fn rewind(&mut self) {
        self.next = 0;
    }

    /// Line of a number, 1-based, as text.
    pub(crate) fn line(&self, number: u64) -> Option<std::borrow::Cow<'_, str>> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        Some(String::from_utf8_lossy(self.text.get(self.range(index)?)?))
    }

    /// All lines, as text.
    pub(crate) fn lines(&self) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
        (1..=self.ends.len() as u64).filter_map(|number| self.line(number))
    }

    fn range(&self, index: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        Some(start..end)
    }
}

impl LineSource for Sample {
    fn next_line(&mut self) -> Result<Option<Span>, ReadError> {
        let Some(range) = self.range(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        let last = self.next == self.ends.len();
        Ok(Some(Span {
            line: self.next as u64,
            terminated: !(last && self.open_end),
            range,
        }))
    }

    fn bytes(&self, span: &Span) -> &[u8] {
        self.text.get(span.range.clone()).unwrap_or_default()
    }

    fn mark(&mut self) {
        self.mark = self.next;
    }

    fn reset(&mut self) {
        self.next = self.mark;
    }

    fn unmark(&mut self) {}

    fn replaced(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
