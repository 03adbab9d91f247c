//! Decides the text encoding from the whole file: marks first, then strict UTF-8, then Windows-1252.
//!
//! Latin-1 and Windows-1252 differ only in bytes that text rarely has; both are read as Windows-1252.

use std::io::Read;
use std::sync::Arc;

use encoding_rs::Encoding;
use memchr::{memchr_iter, memchr2, memrchr2};

use crate::error::ReadError;
use crate::limits::Limits;
use crate::source::{BLOCK_BYTES, Medium, Positioned};

/// Bytes at the head that the marks and the control bytes are looked for in.
const HEAD_BYTES: usize = 64 * 1024;
/// Invalid sequences after which a file is no UTF-8, unless it has more valid ones.
const INVALID_ENOUGH: u64 = 10_000;

/// The encoding and how sure it is.
pub(crate) struct Survey {
    pub(crate) encoding: &'static Encoding,
    /// Bytes of the byte-order mark.
    pub(crate) bom_bytes: u64,
    /// False when another code page would fit as well.
    pub(crate) certain: bool,
    pub(crate) notes: Vec<String>,
}

/// What the bytes of the whole file say.
#[derive(Debug, Default)]
struct Tally {
    invalid: u64,
    multibyte: u64,
    undefined: u64,
    high: u64,
    letters: u64,
}

/// Looks at the marks, then at every byte.
pub(crate) fn survey(file: &Arc<Medium>, bytes: u64, hint: Option<&str>, limits: &Limits) -> Result<Survey, ReadError> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    Positioned::new(file.clone(), 0, bytes)
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)?;
    let mut notes = Vec::new();
    let (bom, bom_bytes) = match head.as_slice() {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            return Err(ReadError::Unsupported { form: "text in UTF-32" });
        }
        [0xef, 0xbb, 0xbf, ..] => (Some(encoding_rs::UTF_8), 3),
        [0xff, 0xfe, ..] => (Some(encoding_rs::UTF_16LE), 2),
        [0xfe, 0xff, ..] => (Some(encoding_rs::UTF_16BE), 2),
        _ => (None, 0),
    };
    if let Some(label) = hint {
        if let Some(encoding) = Encoding::for_label(label.trim().as_bytes()) {
            notes.push(format!("The encoding {label} was given."));
            let bom_bytes = if bom == Some(encoding) { bom_bytes } else { 0 };
            return Ok(Survey {
                encoding,
                bom_bytes,
                certain: true,
                notes,
            });
        }
        notes.push(format!(
            "The encoding {label:?} that was given is unknown; the encoding was found from the bytes."
        ));
    }
    let wide = bom
        .filter(|encoding| *encoding != encoding_rs::UTF_8)
        .or_else(|| bare_utf16(&head));
    if let Some(encoding) = wide {
        if bom.is_none() {
            notes.push(format!(
                "Every other byte is zero: read as {} although it has no mark.",
                encoding.name()
            ));
        }
        return Ok(Survey {
            encoding,
            bom_bytes,
            certain: true,
            notes,
        });
    }
    refuse_binary(&head)?;
    let tally = tally(file, bom_bytes, bytes, limits)?;
    if tally.invalid == 0 {
        return Ok(Survey {
            encoding: encoding_rs::UTF_8,
            bom_bytes,
            certain: true,
            notes,
        });
    }
    if bom.is_some() || tally.multibyte >= tally.invalid {
        notes.push(format!(
            "{} sequences are no valid UTF-8 and {} are: lines with invalid ones are put aside.",
            tally.invalid, tally.multibyte
        ));
        return Ok(Survey {
            encoding: encoding_rs::UTF_8,
            bom_bytes,
            certain: true,
            notes,
        });
    }
    let foreign = tally.high * 5 > (tally.high + tally.letters) * 2;
    let certain = tally.undefined == 0 && tally.multibyte * 10 < tally.invalid.max(10) && !foreign;
    notes.push("The bytes are no valid UTF-8: read as Windows-1252 (Latin-1 would give the same text).".to_owned());
    if !certain {
        notes.push("The encoding is uncertain: another code page may be meant.".to_owned());
    }
    Ok(Survey {
        encoding: encoding_rs::WINDOWS_1252,
        bom_bytes: 0,
        certain,
        notes,
    })
}

/// UTF-16 without a mark: nearly half of the bytes of Western text are zero, all on one side.
fn bare_utf16(head: &[u8]) -> Option<&'static Encoding> {
    if head.len() < 4 {
        return None;
    }
    let (mut even, mut odd) = (0_usize, 0_usize);
    for at in memchr_iter(0, head) {
        if at % 2 == 0 { even += 1 } else { odd += 1 }
    }
    let half = head.len() / 2;
    if odd * 10 >= half * 4 && even * 20 <= half {
        Some(encoding_rs::UTF_16LE)
    } else if even * 10 >= half * 4 && odd * 20 <= half {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

fn refuse_binary(head: &[u8]) -> Result<(), ReadError> {
    let (mut control, mut zeros) = (0_u64, 0_u64);
    for byte in head {
        match byte {
            0 => zeros += 1,
            b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1b => {}
            0x01..=0x1f | 0x7f => control += 1,
            _ => {}
        }
    }
    let seen = head.len() as u64;
    if control * 20 > seen || zeros * 4 > seen {
        return Err(ReadError::Binary {
            control: control + zeros,
            seen,
        });
    }
    Ok(())
}

/// One pass over all bytes; a line over the limit ends it at once.
fn tally(file: &Arc<Medium>, from: u64, bytes: u64, limits: &Limits) -> Result<Tally, ReadError> {
    let mut input = Positioned::new(file.clone(), from, bytes);
    let mut buffer = vec![0; BLOCK_BYTES];
    let (mut kept, mut line_bytes, mut line) = (0, 0_usize, 1_u64);
    let mut tally = Tally::default();
    loop {
        let read = input.read(buffer.get_mut(kept..).unwrap_or_default())?;
        let fresh = buffer.get(kept..kept + read).unwrap_or_default();
        let first = memchr2(b'\n', b'\r', fresh).unwrap_or(fresh.len());
        if line_bytes + first > limits.line_bytes {
            return Err(ReadError::LineTooLong {
                line,
                limit: limits.line_bytes,
            });
        }
        match memrchr2(b'\n', b'\r', fresh) {
            Some(last) => line_bytes = fresh.len() - last - 1,
            None => line_bytes += fresh.len(),
        }
        // Only names the line of a refusal; a file of lone returns is named by its feeds.
        line += memchr_iter(b'\n', fresh).count() as u64;
        let block = buffer.get(..kept + read).unwrap_or_default();
        let rest = tally.block(block, read == 0);
        if read == 0 || (tally.invalid > INVALID_ENOUGH && tally.multibyte < tally.invalid) {
            return Ok(tally);
        }
        let start = block.len() - rest;
        buffer.copy_within(start..start + rest, 0);
        kept = rest;
    }
}

impl Tally {
    /// Counts a block; gives the number of bytes at its end that belong to a character not complete yet.
    fn block(&mut self, block: &[u8], last: bool) -> usize {
        if block.is_ascii() {
            return 0;
        }
        let mut rest = block;
        for byte in block {
            self.high += u64::from(*byte >= 0x80);
            self.letters += u64::from(byte.is_ascii_alphabetic());
            self.undefined += u64::from(matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
        }
        loop {
            let (valid, error) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error)),
            };
            let good = rest.get(..valid).unwrap_or_default();
            self.multibyte += good.iter().filter(|byte| **byte >= 0xc0).count() as u64;
            match error.map(|error| error.error_len()) {
                None => return 0,
                Some(None) if !last => return rest.len() - valid,
                Some(length) => {
                    self.invalid += 1;
                    rest = rest
                        .get(valid + length.unwrap_or(rest.len() - valid)..)
                        .unwrap_or_default();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
