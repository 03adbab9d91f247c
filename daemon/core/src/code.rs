//! Codes as they are compared.

/// A code as it is compared: numbers of orders and materials come padded with zeros or not, in either case.
pub fn bare(text: &str) -> String {
    let text = text.trim().to_uppercase();
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.trim_start_matches('0').to_owned(),
        false => text,
    }
}
