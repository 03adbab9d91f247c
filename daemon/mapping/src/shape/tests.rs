//! Each step as a table: rows in, rows out.

use std::ops::ControlFlow;

use plant_core::profile::Shape;

use super::{Fate, Shaper, Survey};

fn shape(text: &str) -> Shape {
    serde_json::from_str(text).unwrap()
}

fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(';').collect()).collect()
}

fn shaper(shape: &Shape, text: &str) -> Result<Shaper, String> {
    let table = rows(text);
    let header: Vec<String> = table[0].iter().map(|name| (*name).to_owned()).collect();
    let mut survey = Survey::new(shape, &header, &["Made".to_owned()]).map_err(|error| error.to_string())?;
    for row in &table[1..] {
        if survey.row(row).is_break() {
            break;
        }
    }
    survey.end().map_err(|error| error.to_string())
}

/// The table that the steps make, the fates of its lines, and what was left out.
fn made(steps: &str, text: &str) -> (String, Vec<Fate>, Vec<(u64, String)>) {
    let shaper = shaper(&shape(steps), text).unwrap();
    let mut out = shaper.header().join(";");
    let mut pass = shaper.pass().unwrap();
    let fates = rows(text)[1..]
        .iter()
        .map(|row| {
            pass.row(row, &mut |row| {
                assert_eq!(row.cells.len(), shaper.header().len());
                assert!(row.repeats.is_empty() || row.repeats.len() == row.cells.len());
                // Cells that say again what stands before have a mark.
                let cells = (row.cells.iter().enumerate()).map(|(at, cell)| match row.is_repeated(at) {
                    true => format!("{cell}^"),
                    false => (*cell).to_owned(),
                });
                out.push('\n');
                out.push_str(&cells.collect::<Vec<_>>().join(";"));
                ControlFlow::Continue(())
            })
        })
        .collect();
    (out, fates, pass.left())
}

#[test]
fn blank_cells_mean_what_stands_above() {
    let (out, ..) = made(r#"{"fill_down":["machine"]}"#, "Machine;Qty\nM1;5\n;6\n ;7\nM2;\n;8");
    assert_eq!(out, "Machine;Qty\nM1;5\nM1^;6\nM1^;7\nM2;\nM2^;8");
}

#[test]
fn rows_are_left_out_and_counted() {
    let text = "Tag;Ok;V\na;1;5\n$RT_OFF$;1;0\nb;0;6\nb;1;\nA ;1;7";
    for (steps, kept, why) in [
        (
            r#"{"column":"Ok","not":["1"]}"#,
            "a;1;5\n$RT_OFF$;1;0\nb;1;\nA ;1;7",
            "`Ok` is not `1`",
        ),
        (
            r#"{"column":"Tag","is":["a","$rt_off$"]}"#,
            "b;0;6\nb;1;",
            "`Tag` is `a` or `$rt_off$`",
        ),
        (
            r#"{"column":"Tag","matches":"^\\$"}"#,
            "a;1;5\nb;0;6\nb;1;\nA ;1;7",
            "`Tag` matches `^\\$`",
        ),
        (
            r#"{"column":"V","blank":true}"#,
            "a;1;5\n$RT_OFF$;1;0\nb;0;6\nA ;1;7",
            "`V` is blank",
        ),
    ] {
        let (out, fates, left) = made(&format!(r#"{{"drop_where":[{steps}]}}"#), text);
        assert_eq!(out, format!("Tag;Ok;V\n{kept}"));
        let gone = fates.iter().filter(|fate| **fate == Fate::Left).count() as u64;
        assert_eq!(left, [(gone, why.to_owned())]);
    }
}

#[test]
fn a_row_of_units_names_them_and_is_no_data_wherever_it_stands() {
    let text =
        "T;Hub;Energie;Ofen\n;Zähler [Hub];Wirkenergie [kWh];°C\n1;5;6;7\n;Zähler [Hub];Wirkenergie [kWh];°C\n2;5;6;7";
    let (out, fates, left) = made(r#"{"units_row":1}"#, text);
    assert_eq!(out, "T;Hub [Hub];Energie [kWh];Ofen [°C]\n1;5;6;7\n2;5;6;7");
    assert_eq!(fates, [Fate::Left, Fate::Rows(1), Fate::Left, Fate::Rows(1)]);
    assert_eq!(left[0].0, 2);
}

#[test]
fn a_row_of_data_describes_no_column() {
    let steps = shape(r#"{"units_row":1}"#);
    let text = "Date;Machine;Good\n2025-03-01;M1;10\n2025-03-01;M2;11";
    let said = shaper(&steps, text).unwrap_err();
    assert!(
        said.contains("holds `2025-03-01`") && said.contains("--shape units_row:"),
        "{said}"
    );
    assert!(shaper(&steps, "Machine;Good\nM1;10,5").is_err());
    assert!(shaper(&steps, "Zeit;E;R\n;[kWh];1/min\n1;2;3").is_ok());
}

#[test]
fn cells_of_several_items_become_rows_and_no_quantity_is_doubled() {
    let steps = r#"{"split_rows":{"columns":["Reason","Min"],"at":"/","repeat":["M"]}}"#;
    let (out, fates, _) = made(
        steps,
        "M;Good;Reason;Min\nM1;50;jam / tool;3/4\nM2;60;jam;5\nM3;70;a/b;1/2/3\nM4;1;a/b;9\nM5;2;a//c/;1//3\nM6;3;/b;1/2\nM7;4;a/b;1/\nM8;5;a/b;",
    );
    assert_eq!(
        out,
        "M;Good;Reason;Min\nM1;50;jam;3\nM1^;;tool;4\nM2;60;jam;5\nM5;2;a;1\nM5^;;c;3\nM6;3;;1\nM6^;;b;2\n\
            M7;4;a;1\nM7^;;b;\nM8;5;a;\nM8^;;b;",
        "each item stands with those of its own place"
    );
    assert_eq!(fates[0], Fate::Rows(2));
    for (at, said) in [(2, "3 items and 2"), (3, "2 items and 1")] {
        assert!(
            matches!(&fates[at], Fate::Bad(why) if why.contains(said)),
            "no quantity is repeated for want of another: {fates:?}"
        );
    }
}

#[test]
fn columns_become_rows() {
    let steps = r#"{"unpivot":{"columns":["2025-*"],"name":"Month","value":"Qty"}}"#;
    let (out, fates, left) = made(steps, "M;2025-01;2025-02;Note\nM1;5;6;x\nM2;;7;\nM3; ;;z");
    assert_eq!(out, "M;Note;Month;Qty\nM1;x;2025-01;5\nM1^;x^;2025-02;6\nM2;;2025-02;7");
    assert_eq!(fates, [Fate::Rows(2), Fate::Rows(1), Fate::Left]);
    assert_eq!(left[0].0, 1);
    let steps = r#"{"unpivot":{"columns":["A","B"],"name":"Defect","value":"N"}}"#;
    let (out, fates, _) = made(steps, "M;Made;A;B\nM1;100;;\nM2;;;\nM3;90;4;");
    assert_eq!(
        out, "M;Made;Defect;N\nM1;100;;\nM3;90;A;4",
        "what was made without a defect was made"
    );
    assert_eq!(fates, [Fate::Rows(1), Fate::Left, Fate::Rows(1)]);
    let steps = r#"{"split_rows":{"columns":["P"],"at":",","repeat":["M","A","B"]},"unpivot":{"columns":["A","B"],"name":"Defect","value":"N"}}"#;
    let (out, ..) = made(steps, "M;Made;P;A;B\nM1;100;x,y;5;6");
    assert_eq!(
        out, "M;Made;P;Defect;N\nM1;100;x;A;5\nM1^;100^;x^;B;6\nM1^;;y;A^;5^\nM1^;^;y^;B^;6^",
        "what is repeated stays so through the next step"
    );
}

#[test]
fn names_become_columns_and_each_line_stays_a_row() {
    let steps = r#"{"drop_where":[{"column":"Tag","is":["off"]}],"pivot":{"name":"Tag","value":"V"}}"#;
    let (out, fates, _) = made(steps, "T;Tag;V;Q\n1;a;5;x\n2;off;0;x\n3;b;6;y\n4;a;7;z\n5;;8;z");
    assert_eq!(out, "T;Tag;Q;a;b\n1;a;x;5;\n3;b;y;;6\n4;a;z;7;");
    assert_eq!(
        fates,
        [Fate::Rows(1), Fate::Left, Fate::Rows(1), Fate::Rows(1), Fate::Left]
    );
}

#[test]
fn steps_follow_one_another() {
    let steps = r#"{"fill_down":["M"],"drop_where":[{"column":"M","is":["M2"]}],
        "unpivot":{"columns":["a","b"],"name":"What","value":"V"},"pivot":{"name":"What","value":"V"}}"#;
    let (out, ..) = made(steps, "M;a;b\nM1;1;2\n;3;\nM2;4;5\n;6;7");
    assert_eq!(out, "M;What;a;b\nM1;a;1;\nM1^;b;;2\nM1^;a;3;");
}

#[test]
fn what_a_file_lacks_is_said() {
    let many: String = (0..=super::pivot::NAMES_MAX).map(|at| format!("\nn{at};1")).collect();
    for (steps, text, said) in [
        (
            r#"{"fill_down":["Machin"]}"#,
            "Machine;Q\nM;1",
            "did you mean `Machine`",
        ),
        (
            r#"{"drop_where":[{"column":"a","matches":"("}]}"#,
            "a\n1",
            "can't be used",
        ),
        (
            r#"{"unpivot":{"columns":["2025*"],"name":"n","value":"v"}}"#,
            "a\n1",
            "called like `2025*`",
        ),
        (
            r#"{"unpivot":{"columns":["b"],"name":"A","value":"v"}}"#,
            "a;b\n1;2",
            "twice",
        ),
        (r#"{"pivot":{"name":"a","value":"a"}}"#, "a;b\n1;2", "twice"),
        (r#"{"pivot":{"name":"a","value":"b"}}"#, "a;b\na;2", "twice"),
        (r#"{"pivot":{"name":"a","value":"b"}}"#, "a;b\n;2", "no row"),
        (
            r#"{"pivot":{"name":"a","value":"b"}}"#,
            &format!("a;b{many}"),
            "more than 500",
        ),
        (
            r#"{"split_rows":{"columns":["x"],"at":";"}}"#,
            "a;b\n;2",
            "split_rows needs the column `x`",
        ),
    ] {
        let error = shaper(&shape(steps), text).unwrap_err();
        assert!(error.contains(said), "{steps}: {error}");
    }
}
