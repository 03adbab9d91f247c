//! The conversation, which comes in parts and not by a fetch.

use super::{Asked, Form, Opens, Scope, Spec};

/// Questions and answers.
pub static CHAT: Spec = Spec {
    name: "chat",
    form: Form::Chat,
    scopes: &[Scope::Chat, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: None,
};
