//! Something that the daemon is asked for.

use super::message::RequestId;

/// What was asked of the daemon: the answer that is waited for, what came, or why nothing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource<T> {
    /// The request whose answer is waited for; any other answer is late and dropped.
    pub id: Option<RequestId>,
    /// The newest that came.
    pub data: Option<T>,
    /// Why the newest try failed; older data stays beside it.
    pub error: Option<String>,
}

impl<T> Default for Resource<T> {
    fn default() -> Self {
        Resource {
            id: None,
            data: None,
            error: None,
        }
    }
}

impl<T> Resource<T> {
    /// Whether this is the answer that is waited for.
    pub fn awaits(&self, id: RequestId) -> bool {
        self.id == Some(id)
    }

    /// Takes the answer in; data that is there stays when it is an error.
    pub fn fill(&mut self, answer: Result<T, String>) {
        self.id = None;
        match answer {
            Ok(data) => {
                self.data = Some(data);
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
    }
}
