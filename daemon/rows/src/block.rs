//! A block as the database keeps it.

use plant_core::alias::Aliases;
use plant_core::series::RowDocument;

use crate::codes::Codes;
use crate::document;
use crate::ident::{IDENT_BYTES, Key, NO_DAY, mapped, subject};
use crate::limit::{BLOCK_MAX_BYTES, BlockError};
use crate::lists::Lists;
use crate::read::Rows;

/// How much is gained by compressing harder does not pay for the time.
pub(crate) const LEVEL: i32 = 1;

/// A block that was checked, with what finds it and what identifies its rows.
#[derive(Debug)]
pub struct Sealed {
    /// Line of its first row.
    pub first_line: u64,
    /// Line of its last row.
    pub last_line: u64,
    /// Rows.
    pub rows: usize,
    /// Whether a row has no day.
    pub has_undated: bool,
    /// Which codes may occur.
    pub codes: Vec<u8>,
    /// Identity of each row, compressed ([`idents`] reads it).
    pub idents: Vec<u8>,
    /// The documents of its rows, compressed ([`documents`](crate::documents) reads them); `None` where it has none. They
    /// depend on no key.
    pub documents: Option<Vec<u8>>,
    /// Whether a row cancels another one or is marked as cancelled.
    pub has_reversals: bool,
    /// The rows, compressed.
    pub image: Vec<u8>,
}

/// What changes of a block where machines or products go by other names, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The identities of its rows.
    pub idents: Vec<u8>,
    /// The documents of its rows, where it has a column of them.
    pub documents: Option<Vec<u8>>,
}

/// The identity of one row as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its line.
    pub line: u64,
    /// Hash of the mapped values.
    pub mapped: u64,
    /// Hash of the unmapped cells that are no marks.
    pub other: u64,
    /// Hash of the subject or key.
    pub subject: u64,
    /// Days since 1970-01-01.
    pub day: Option<i32>,
}

impl Sealed {
    /// Checks a block of a worker and makes it ready to be kept: its rows are identified by the canonical names of
    /// machines and products.
    ///
    /// # Errors
    /// When it is not what a block should be.
    pub fn new(block: &[u8], key: &Key, aliases: &Aliases) -> Result<Sealed, BlockError> {
        if block.len() > BLOCK_MAX_BYTES {
            return Err(BlockError::Shape(format!("it has {} bytes", block.len())));
        }
        let rows = Rows::read(block)?;
        if rows.is_empty() {
            return Err(BlockError::Shape("it has no row".to_owned()));
        }
        let days = || (0..rows.len()).filter_map(|row| rows.day(row));
        let documents = document::of(&rows, aliases);
        let reversals = |document: &RowDocument| document.cancels() || document.cancelled;
        Ok(Sealed {
            first_line: rows.line(0),
            last_line: rows.line(rows.len() - 1),
            rows: rows.len(),
            has_undated: days().count() < rows.len(),
            codes: Codes::of(&rows).into_bytes(),
            idents: pack_idents(&identities(&rows, key, aliases))?,
            has_reversals: documents.iter().flatten().any(reversals),
            documents: packed(documents)?,
            image: compress(block)?,
        })
    }

    /// The same of a kept block: what should be kept beside it.
    ///
    /// # Errors
    /// When the block can't be read.
    pub fn again(image: &[u8], key: &Key, aliases: &Aliases) -> Result<Sealed, BlockError> {
        Sealed::new(&decompress(image)?, key, aliases)
    }

    /// The identities of the rows of a kept block under another key.
    ///
    /// # Errors
    /// When the block can't be read.
    pub fn rekey(image: &[u8], key: &Key, aliases: &Aliases) -> Result<Vec<u8>, BlockError> {
        pack_idents(&identities(&unpack(image)?, key, aliases))
    }

    /// The identities and the documents of the rows of a kept block under other aliases.
    ///
    /// # Errors
    /// When the block can't be read.
    pub fn rename(image: &[u8], key: &Key, aliases: &Aliases) -> Result<Renamed, BlockError> {
        let rows = unpack(image)?;
        Ok(Renamed {
            idents: pack_idents(&identities(&rows, key, aliases))?,
            documents: packed(document::of(&rows, aliases))?,
        })
    }
}

fn packed(documents: Option<Vec<RowDocument>>) -> Result<Option<Vec<u8>>, BlockError> {
    let packed = documents.map(|documents| document::pack(&documents, LEVEL));
    Ok(packed.transpose()?)
}

/// A kept block as it was before it was compressed.
///
/// # Errors
/// When it can't be.
pub fn decompress(image: &[u8]) -> Result<Vec<u8>, BlockError> {
    Ok(zstd::bulk::decompress(image, BLOCK_MAX_BYTES)?)
}

/// A block as it is kept.
///
/// # Errors
/// When it can't be compressed.
pub fn compress(block: &[u8]) -> Result<Vec<u8>, BlockError> {
    Ok(zstd::bulk::compress(block, LEVEL)?)
}

/// The rows of a kept block.
///
/// # Errors
/// When it can't be read.
pub fn unpack(image: &[u8]) -> Result<Rows, BlockError> {
    Rows::read(&decompress(image)?)
}

/// The identities of a kept block.
///
/// # Errors
/// When they can't be unpacked.
pub fn idents(packed: &[u8]) -> Result<Vec<Stored>, BlockError> {
    let lists = Lists::unpack(packed, IDENT_BYTES, "identities")?;
    let mut line = 0;
    Ok((0..lists.rows)
        .map(|row| {
            let day = lists.behind(24, row).map_or(NO_DAY, i32::from_le_bytes);
            line += lists
                .behind(28, row)
                .map_or(0, |step| u64::from(u32::from_le_bytes(step)));
            Stored {
                line,
                mapped: lists.hash(0, row),
                other: lists.hash(1, row),
                subject: lists.hash(2, row),
                day: (day != NO_DAY).then_some(day),
            }
        })
        .collect())
}

fn identities(rows: &Rows, key: &Key, aliases: &Aliases) -> Vec<Stored> {
    rows.records()
        .map(|mut record| {
            aliases.apply(&mut record);
            Stored {
                line: record.line,
                mapped: mapped(&record),
                other: record.other,
                subject: subject(&record, key),
                day: record.day.map(|day| day.to_epoch_days()),
            }
        })
        .collect()
}

/// Each list by itself, and lines as the steps between them, so that what is regular takes no room. A step of more than
/// 2³² lines can't be: a file has at most that many bytes in lines that matter.
///
/// # Errors
/// What the compression says.
pub fn pack_idents(idents: &[Stored]) -> Result<Vec<u8>, BlockError> {
    let mut bytes = Vec::with_capacity(idents.len() * IDENT_BYTES);
    for list in [
        |one: &Stored| one.mapped,
        |one: &Stored| one.other,
        |one: &Stored| one.subject,
    ] {
        bytes.extend(idents.iter().flat_map(|one| list(one).to_le_bytes()));
    }
    bytes.extend(idents.iter().flat_map(|one| one.day.unwrap_or(NO_DAY).to_le_bytes()));
    let mut before = 0;
    for one in idents {
        let step = u32::try_from(one.line.saturating_sub(before)).unwrap_or(u32::MAX);
        bytes.extend(step.to_le_bytes());
        before = one.line;
    }
    compress(&bytes)
}
