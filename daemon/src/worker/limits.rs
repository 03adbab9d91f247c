//! What a worker may use.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Limits that the worker sets on itself before it reads a byte.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Address space in bytes.
    pub memory_bytes: u64,
    /// Processor time in seconds.
    pub cpu_s: u64,
}

impl Limits {
    /// Sets them; they can't be raised again.
    ///
    /// # Errors
    /// What the system says.
    pub fn apply(&self) -> std::io::Result<()> {
        let limit = |value| Rlimit {
            current: Some(value),
            maximum: Some(value),
        };
        setrlimit(Resource::As, limit(self.memory_bytes))?;
        setrlimit(Resource::Cpu, limit(self.cpu_s))?;
        setrlimit(Resource::Core, limit(0))?;
        setrlimit(Resource::Fsize, limit(0))?;
        setrlimit(Resource::Nofile, limit(32))?;
        Ok(())
    }
}
