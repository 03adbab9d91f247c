//! Checks the ZIP container of a workbook before anything in it is believed.
//!
//! Sizes in a container are claims. Each part is therefore unpacked once against the limits, which also finds damage;
//! no path from the container is ever used.

use std::io::{BufReader, Read};
use std::sync::Arc;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::ReadError;
use crate::limits::Limits;
use crate::source::{Medium, Positioned};

/// Unpacks every part that will be read, and refuses what is no workbook.
pub(crate) fn check(file: &Arc<Medium>, bytes: u64, limits: &Limits) -> Result<(), ReadError> {
    let input = BufReader::new(Positioned::new(file.clone(), 0, bytes));
    let mut archive = ZipArchive::new(input).map_err(damaged)?;
    if archive.len() > limits.entries {
        return Err(ReadError::TooManyEntries {
            entries: archive.len(),
            limit: limits.entries,
        });
    }
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).replace('\\', "/").to_ascii_lowercase())
        .collect();
    workbook(&names)?;
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let (name, encrypted) = {
            let part = archive.by_index_raw(index).map_err(damaged)?;
            (String::from_utf8_lossy(part.name_raw()).into_owned(), part.encrypted())
        };
        if encrypted {
            return Err(ReadError::Encrypted);
        }
        // Pictures and embedded files are never read.
        if name.contains("/media/") || name.contains("/embeddings/") {
            continue;
        }
        let part = archive.by_index(index).map_err(damaged)?;
        let packed = part.compressed_size();
        let unpacked = unpack(part, &name, packed, total, limits)?;
        total = total.saturating_add(unpacked);
    }
    Ok(())
}

/// Tells a workbook from the other files that are ZIP containers.
fn workbook(names: &[String]) -> Result<(), ReadError> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let under = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    let form = if names.iter().any(|name| name.ends_with("workbook.xml")) {
        return Ok(());
    } else if names.iter().any(|name| name.ends_with("workbook.bin")) {
        "a binary Excel workbook (.xlsb)"
    } else if has("content.xml") && has("mimetype") {
        "an OpenDocument file (.ods)"
    } else if under("word/") {
        "a Word document"
    } else if under("ppt/") {
        "a PowerPoint presentation"
    } else if has("encryptioninfo") || has("encryptedpackage") {
        return Err(ReadError::Encrypted);
    } else {
        "a ZIP archive"
    };
    Err(ReadError::Unsupported { form })
}

/// Unpacks one part to nothing and gives its size.
fn unpack(mut part: impl Read, name: &str, packed: u64, before: u64, limits: &Limits) -> Result<u64, ReadError> {
    let mut buffer = vec![0; 64 * 1024];
    let mut unpacked = 0_u64;
    let mut strings = None;
    loop {
        let read = part.read(&mut buffer).map_err(|error| ReadError::Damaged {
            what: format!("{name}: {error}"),
        })?;
        let block = buffer.get(..read).unwrap_or_default();
        if unpacked == 0 && name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            strings = claimed_strings(block);
        }
        if read == 0 {
            break;
        }
        unpacked += read as u64;
        if before.saturating_add(unpacked) > limits.unpacked_bytes {
            return Err(ReadError::UnpacksTooLarge {
                part: name.to_owned(),
                limit: limits.unpacked_bytes,
            });
        }
        let ratio = unpacked / packed.max(1);
        if unpacked > limits.ratio_from_bytes && ratio > limits.ratio {
            return Err(ReadError::PackedTooTightly {
                part: name.to_owned(),
                ratio,
                limit: limits.ratio,
            });
        }
    }
    // Room is made for as many strings as are claimed, so the claim must be possible: the shortest takes five bytes.
    if strings.is_some_and(|strings| strings > unpacked / 5 + 1) {
        return Err(ReadError::Damaged {
            what: format!("{name} claims more strings than it can hold"),
        });
    }
    Ok(unpacked)
}

/// The number of strings that the table of strings claims to have.
fn claimed_strings(block: &[u8]) -> Option<u64> {
    let head = String::from_utf8_lossy(block.get(..4096.min(block.len()))?).into_owned();
    let (_, after) = head.split_once("uniqueCount")?;
    let digits: String = after
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    Some(digits.parse().unwrap_or(u64::MAX))
}

fn damaged(error: ZipError) -> ReadError {
    match error {
        ZipError::Io(error)
            if error.kind() != std::io::ErrorKind::UnexpectedEof
                && error.kind() != std::io::ErrorKind::InvalidData
                && error.kind() != std::io::ErrorKind::InvalidInput =>
        {
            ReadError::Io(error)
        }
        ZipError::UnsupportedArchive(text) if text.contains("assword") => ReadError::Encrypted,
        other => ReadError::Damaged {
            what: other.to_string(),
        },
    }
}
