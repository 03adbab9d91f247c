use super::*;

fn counted(blocks: &[&[u8]]) -> (u64, u64) {
    let mut tally = Tally::default();
    let mut kept = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        kept.extend_from_slice(block);
        let rest = tally.block(&kept, at + 1 == blocks.len());
        kept.drain(..kept.len() - rest);
    }
    (tally.multibyte, tally.invalid)
}

#[test]
fn sequences_over_the_edge_of_blocks_are_whole() {
    assert_eq!(counted(&[b"a\xc3", b"\xbc b\xe5\x90", b"\x88"]), (2, 0));
    assert_eq!(counted(&[b"a\xfcb", b"\xe4"]), (0, 2));
    assert_eq!(counted(&[b"\xc3\xbc\xfc"]), (1, 1));
    assert_eq!(counted(&[b"plain"]), (0, 0));
}
