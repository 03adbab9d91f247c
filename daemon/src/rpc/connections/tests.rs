//! Who gives way, who is closed, and when.

use super::*;

const BOUNDS: Bounds = Bounds {
    all: 6,
    each: 3,
    calls: 4,
    silent: Duration::from_millis(100),
    idle: Duration::from_millis(1_000),
};

/// A table of (uid, quiet since, open calls, whether it ever called), numbered from 1.
fn table(entries: &[(u32, u64, usize, bool)]) -> Table {
    let entries = entries
        .iter()
        .zip(1..)
        .map(|(&(uid, quiet_since_ms, calls, has_called), id)| {
            let entry = Entry {
                uid,
                quiet_since_ms,
                calls,
                has_called,
                close: oneshot::channel().0,
            };
            (id, entry)
        });
    Table {
        entries: entries.collect(),
    }
}

#[test]
fn of_an_account_at_its_bound_the_quietest_gives_way() {
    let judge = |entries: &[_], uid| table(entries).judge(uid, false, &BOUNDS);
    assert_eq!(judge(&[], 1), Verdict::Room);
    assert_eq!(judge(&[(1, 0, 0, false), (1, 0, 0, false)], 1), Verdict::Room);
    // One that never called before one that did, however long that one is quiet.
    let own = [(1, 5, 0, true), (1, 9, 0, false), (1, 8, 0, false)];
    assert_eq!(judge(&own, 1), Verdict::InPlaceOf(3));
    assert_eq!(judge(&own, 2), Verdict::Room);
    let busy = [(1, 5, 1, true), (1, 9, 0, true), (1, 7, 0, true)];
    assert_eq!(judge(&busy, 1), Verdict::InPlaceOf(3));
    assert_eq!(
        judge(&[(1, 0, 1, true), (1, 0, 2, true), (1, 0, 1, true)], 1),
        Verdict::Full
    );
}

#[test]
fn those_of_others_give_way_only_where_the_bound_of_all_is_reached() {
    let others = |calls| [(1, 1, calls, true), (2, 2, calls, true), (3, 3, calls, true)];
    let full = |calls| [others(calls), others(calls)].concat();
    assert_eq!(table(&full(0)).judge(9, false, &BOUNDS), Verdict::InPlaceOf(1));
    assert_eq!(table(&full(1)).judge(9, false, &BOUNDS), Verdict::Full);
    assert_eq!(
        table(&full(1)).judge(9, true, &BOUNDS),
        Verdict::Room,
        "a place is kept for root"
    );
    // An account at its own bound never pushes others out.
    let own = [(9, 0, 1, true), (9, 0, 1, true), (9, 0, 1, true), (1, 0, 0, false)];
    assert_eq!(table(&own).judge(9, false, &BOUNDS), Verdict::Full);
    assert_eq!(table(&own).judge(9, true, &BOUNDS), Verdict::Full);
}

#[test]
fn the_quiet_are_closed_in_time_and_those_with_calls_never() {
    let open = table(&[(1, 0, 0, false), (1, 0, 0, true), (1, 0, 1, true), (1, 50, 0, false)]);
    assert_eq!(open.overdue(99, &BOUNDS), Vec::<u64>::new());
    assert_eq!(open.overdue(100, &BOUNDS), [1]);
    assert_eq!(open.overdue(1_000, &BOUNDS), [1, 2, 4]);
    assert_eq!(open.next_look(40, &BOUNDS), Some(Duration::from_millis(60)));
    assert_eq!(open.next_look(500, &BOUNDS), Some(Duration::ZERO));
    assert_eq!(
        table(&[(1, 0, 1, true)]).next_look(500, &BOUNDS),
        Some(BOUNDS.idle / 5),
        "its call may end"
    );
    assert_eq!(table(&[]).next_look(500, &BOUNDS), None, "nobody to wake up for");
}

#[test]
fn calls_are_counted_over_the_connections_of_an_account() {
    let connections = Connections::new(BOUNDS, 990);
    let peer = |uid| Peer { uid, gid: 0 };
    let (one, mut one_closed) = connections.admit(peer(1)).unwrap();
    let (two, _two_closed) = connections.admit(peer(1)).unwrap();
    let (_third, mut third_closed) = connections.admit(peer(1)).unwrap();
    let (other, _other_closed) = connections.admit(peer(2)).unwrap();
    let mut open: Vec<_> = (0..3).map(|_| one.link().open_call().unwrap()).collect();
    open.push(two.link().open_call().unwrap());
    for link in [one.link(), two.link()] {
        assert!(matches!(link.open_call(), Err(Fault::OverQuota { .. })));
    }
    let theirs = other.link().open_call().unwrap();
    drop(open.pop());
    drop(one.link().open_call().unwrap());
    // Of this account at its bound the one that never called gives way, not those with calls.
    let (_fourth, _fourth_closed) = connections.admit(peer(1)).unwrap();
    assert!(third_closed.try_recv().is_ok() && one_closed.try_recv().is_err());
    assert_eq!(connections.count(), 4);
    drop((one, two, other, theirs));
    assert_eq!(connections.count(), 1, "a place is given back");
}

#[test]
fn bounds_leave_descriptors_for_work() {
    let of = |descriptors| {
        let bounds = Bounds::of(descriptors);
        (bounds.all, bounds.each)
    };
    assert_eq!(of(u64::MAX), (256, 64));
    assert_eq!(of(4_096), (256, 64));
    assert_eq!(of(256), (64, 32));
    assert_eq!(of(64), (16, 8));
    assert_eq!(of(0), (8, 4));
    assert!(raise_descriptors() > 0);
    assert_eq!(raise_descriptors(), raise_descriptors());
}
