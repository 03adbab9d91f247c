use std::os::unix::fs::PermissionsExt;

use chrono::DateTime;

use super::*;

const ORG: OrgId = OrgId(uuid::Uuid::nil());

fn file(bytes: &[u8]) -> File {
    let file = tempfile::tempfile().unwrap();
    file.write_all_at(bytes, 0).unwrap();
    file
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn original(bytes: &[u8], stored_bytes: u64) -> Original {
    Original {
        sha256: sha256(bytes),
        bytes: bytes.len() as u64,
        stored_bytes,
        stored_at: DateTime::UNIX_EPOCH,
        deleted_at: None,
        damaged_at: None,
    }
}

fn put(shelf: &Shelf, bytes: &[u8]) -> Original {
    let stored = shelf
        .pack(ORG, &sha256(bytes), &file(bytes), bytes.len() as u64, &mut |_| Ok(()))
        .unwrap();
    original(bytes, stored)
}

fn open(shelf: &Shelf, original: &Original) -> Result<Vec<u8>, Damage> {
    shelf.unpack(ORG, original, &mut |_| Ok(())).unwrap().map(|mut file| {
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert!(file.write_all(b"x").is_err(), "it can only be read");
        read
    })
}

/// More than a block, and text enough to pack.
fn text() -> Vec<u8> {
    (0..40_000_u32)
        .flat_map(|row| format!("{row};CNC-{};ok\n", row % 7).into_bytes())
        .collect()
}

#[test]
fn what_is_put_in_is_there_packed_and_private_and_comes_out_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::below(dir.path());
    let bytes = text();
    let kept = put(&shelf, &bytes);
    assert!(kept.stored_bytes * 4 < kept.bytes, "{kept:?}");
    assert_eq!(shelf.stored_bytes(ORG, &kept.sha256).unwrap(), Some(kept.stored_bytes));
    assert_eq!(open(&shelf, &kept), Ok(bytes));
    assert_eq!(open(&shelf, &put(&shelf, b"")), Ok(Vec::new()));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let place = shelf.place(ORG, &kept.sha256);
    assert!(place.ends_with(format!("{ORG}/{}/{}.zst", &kept.sha256[..2], kept.sha256)));
    assert_eq!(mode(&place), 0o600);
    for folder in place.ancestors().skip(1).take(3) {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    let mut names = shelf.names(ORG).unwrap();
    names.sort();
    let mut expected = vec![kept.sha256.clone(), sha256(b"")];
    expected.sort();
    assert_eq!(names, expected);
    shelf.remove(ORG, &kept.sha256).unwrap();
    shelf.remove(ORG, &kept.sha256).unwrap();
    assert_eq!(open(&shelf, &kept), Err(Damage::Missing));
    assert_eq!(shelf.sweep_temp().unwrap(), 0, "nothing is left on its way");
}

#[test]
fn what_lies_there_and_is_something_else_is_never_used() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::below(dir.path());
    let bytes = text();
    let kept = put(&shelf, &bytes);
    let place = shelf.place(ORG, &kept.sha256);
    let packed = std::fs::read(&place).unwrap();
    let mut flipped = packed.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x40;
    let mut longer = bytes.clone();
    longer.push(b'x');
    let repacked = |bytes: &[u8]| zstd::stream::encode_all(bytes, LEVEL).unwrap();
    for (what, there) in [
        ("a bit flipped", flipped),
        ("cut", packed[..packed.len() - 9].to_vec()),
        ("empty", Vec::new()),
        ("no zstd at all", b"not packed".to_vec()),
        ("longer", repacked(&longer)),
        ("shorter", repacked(&bytes[1..])),
        ("as long, other bytes", repacked(&vec![b'x'; bytes.len()])),
    ] {
        std::fs::write(&place, there).unwrap();
        assert_eq!(open(&shelf, &kept), Err(Damage::Other), "{what}");
    }
    put(&shelf, &bytes);
    assert_eq!(open(&shelf, &kept), Ok(bytes), "put in anew, it is right again");
}

#[test]
fn what_is_on_its_way_is_swept_only_when_its_writer_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::below(dir.path());
    let temp = shelf.temp().unwrap();
    let (alive, path) = named(&temp).unwrap();
    std::fs::write(temp.join("left.part"), "half").unwrap();
    assert_eq!(shelf.sweep_temp().unwrap(), 1);
    assert!(path.exists() && !temp.join("left.part").exists());
    drop(alive);
    assert_eq!(shelf.sweep_temp().unwrap(), 1);
    assert!(!path.exists());
}

#[test]
fn a_work_that_is_broken_off_leaves_no_name() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::below(dir.path());
    let bytes = text();
    for last in [Step::Packed(BLOCK_BYTES as u64), Step::Written] {
        let broken = shelf.pack(ORG, &sha256(&bytes), &file(&bytes), bytes.len() as u64, &mut |step| {
            if step == last {
                return Err(ErrorKind::TimedOut.into());
            }
            Ok(())
        });
        assert_eq!(broken.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(shelf.names(ORG).unwrap(), Vec::<String>::new());
        assert_eq!(shelf.sweep_temp().unwrap(), 0);
    }
}
