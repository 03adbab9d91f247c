//! How much of a file is read before it is refused.

/// Ceilings that keep the memory and the time of one file bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest physical line, in bytes of UTF-8.
    pub line_bytes: usize,
    /// Longest cell, in bytes of UTF-8.
    pub cell_bytes: usize,
    /// Most columns of a table.
    pub columns: usize,
    /// Most rows of a table.
    pub rows: u64,
    /// Largest file, in bytes.
    pub file_bytes: u64,
    /// Most bytes that a workbook may unpack to.
    pub unpacked_bytes: u64,
    /// Most unpacked bytes for each packed one, looked at once [`Limits::ratio_from_bytes`] are unpacked.
    pub ratio: u64,
    /// Unpacked bytes from which the ratio counts: small parts of a workbook pack very well.
    pub ratio_from_bytes: u64,
    /// Most entries of a workbook's container.
    pub entries: usize,
    /// Bytes at the head of a text file from which the dialect and the header are decided.
    pub sample_head_bytes: usize,
    /// Bytes at the tail that are looked at too when the file is longer than the head.
    pub sample_tail_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            line_bytes: 4 << 20,
            cell_bytes: 1 << 20,
            columns: 4_096,
            rows: 50_000_000,
            file_bytes: 10 << 30,
            unpacked_bytes: 1 << 30,
            ratio: 200,
            ratio_from_bytes: 10 << 20,
            entries: 1_000,
            sample_head_bytes: 8 << 20,
            sample_tail_bytes: 1 << 20,
        }
    }
}
