use super::*;

fn totals(rows: &[[&str; 3]]) -> Totals {
    let mut totals = Totals::new(&[0, 2], &[1], '.');
    for row in rows {
        totals.add(row);
    }
    totals
}

#[test]
fn sums_of_all_of_the_group_and_of_the_unit() {
    let mut totals = totals(&[
        ["1.5", "KG", "1"],
        ["2.5", "KG", "2"],
        ["7", "PC", "3"],
        ["1", "PC", "4"],
    ]);
    assert_eq!(
        (
            totals.check(&["12", "", ""], false).equal,
            totals.check(&["12", "", ""], false).telling
        ),
        (1, true)
    );
    assert_eq!(totals.check(&["4.0", "", "10"], false).equal, 2);
    assert_eq!(totals.check(&["8", "", ""], false).equal, 1);
    assert_eq!(totals.check(&["9", "", ""], false).different, [(0, "12".to_owned())]);
    assert_eq!(totals.check(&["3", "", ""], false).mean, 1);
    totals.close_group();
    totals.add(&["5", "PC", "1"]);
    totals.add(&["6", "PC", "1"]);
    assert!(totals.check(&["11", "", "2"], false).telling);
    assert!(!totals.check(&["0", "", ""], false).telling);
}
