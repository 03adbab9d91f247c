//! What a list, a text and a screen are made of.

use std::fmt;

use futures::future::BoxFuture;
use plant_core::model::Page;
use plant_proto::client::{Client, ClientError, Listing};

use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Row};

/// Items of a list that are fetched at once.
pub const PAGE: u32 = 200;

/// Things that stand in a list: on a screen, in lines of text, in CSV.
pub trait Listed {
    /// The columns.
    const COLUMNS: &'static [Column];

    /// The id of one.
    fn id(&self) -> String;

    /// What a person calls it.
    fn label(&self) -> String {
        self.id()
    }

    /// One cell per column.
    fn cells(&self) -> Vec<Cell>;

    /// Its row.
    fn row(&self) -> Row {
        Row {
            id: self.id(),
            label: self.label(),
            cells: self.cells(),
        }
    }
}

/// A thing that a person reads about.
pub trait Described {
    /// The text about it.
    fn document(&self) -> Document;
}

/// What a screen shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A list.
    Rows(Page<Row>),
    /// A text.
    Text(Document),
}

impl Content {
    /// A page of a list.
    pub fn rows<T: Listed>(page: Page<T>) -> Self {
        Content::Rows(Page {
            items: page.items.iter().map(Listed::row).collect(),
            next_page: page.next_page,
        })
    }
}

/// Where a binding of keys holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    Anywhere,
    /// Wherever something scrolls.
    Scroll,
    /// On the overview.
    Overview,
    /// Where the selected line can be opened.
    Open,
    /// On lists that can be filtered and ordered.
    List,
    /// On the files and on one file.
    File,
    /// On one analysis.
    Analysis,
    /// On aliases and on one of them.
    Alias,
    /// On a mapping and on what a change of it would make.
    Mapping,
    /// On what a change of a mapping would make.
    Trial,
    /// On what one can ask about.
    About,
    /// In the chat.
    Chat,
}

/// What a screen asks the daemon for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The id of the thing that the screen is about.
    pub about: String,
    /// The page of a list; the first one, where none is named.
    pub page: Option<String>,
}

impl Wanted {
    /// A page of a list.
    pub fn listing(self) -> Listing {
        Listing {
            limit: Some(PAGE),
            page: self.page,
        }
    }
}

/// How what a screen shows is fetched.
pub type Fetch = fn(Client, Wanted) -> BoxFuture<'static, Result<Content, ClientError>>;

/// What the screen looks like.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// How everything is, above the latest of a list with these columns.
    Overview(&'static [Column]),
    /// A list with these columns; what stands there as long as there is nothing.
    List {
        columns: &'static [Column],
        empty: &'static [&'static str],
    },
    /// A text about one thing.
    Text,
    /// Questions and answers.
    Chat,
}

/// What Enter opens.
#[derive(Debug, Clone, Copy)]
pub enum Opens {
    /// Nothing.
    Nothing,
    /// The thing of the selected row.
    Row(&'static Spec),
    /// The thing that the selected line leads to.
    Link(&'static Spec),
    /// What belongs to the thing that the screen is about.
    Own(&'static Spec),
}

/// What makes a screen differ from another.
#[derive(Debug)]
pub struct Spec {
    /// Its name: `files`, `file`; no two share one.
    pub name: &'static str,
    /// What it looks like.
    pub form: Form,
    /// Which keys hold.
    pub scopes: &'static [Scope],
    /// What Enter opens.
    pub opens: Opens,
    /// What it asks the daemon for; nothing, where what it shows comes otherwise.
    pub fetch: Option<Fetch>,
    /// What asking costs: only a person has it asked again where it leaves a trace or takes long.
    pub asked: Asked,
}

/// When a screen asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whenever something may have changed.
    OnEvents,
    /// When a person wants it.
    ByPerson,
}

impl Spec {
    /// The screen about all things of its kind.
    pub fn all(&'static self) -> Screen {
        self.about("")
    }

    /// The screen about the thing with this id.
    pub fn about(&'static self, id: &str) -> Screen {
        Screen {
            spec: self,
            about: id.to_owned(),
        }
    }

    /// The columns of its list.
    pub fn columns(&self) -> &'static [Column] {
        match self.form {
            Form::Overview(columns) | Form::List { columns, .. } => columns,
            Form::Text | Form::Chat => &[],
        }
    }
}

/// A screen and what it is about.
#[derive(Clone)]
pub struct Screen {
    /// Its kind.
    pub spec: &'static Spec,
    /// The id of the thing; empty where it is about all.
    pub about: String,
}

impl PartialEq for Screen {
    fn eq(&self, other: &Screen) -> bool {
        self.spec.name == other.spec.name && self.about == other.about
    }
}

impl Eq for Screen {}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.spec.name, self.about)
    }
}
