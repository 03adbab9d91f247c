//! Where the daemon is: `unix:PATH`, `http://HOST:PORT`; `https://` and `ssh://` are understood and come later.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint, Uri};

use super::error::ClientError;

/// How long connecting may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Longest path that a unix socket can have.
const SOCKET_PATH_MAX_BYTES: usize = 107;

/// Where the daemon is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A unix socket.
    Unix(PathBuf),
    /// A TCP port without encryption, for a tunnel.
    Http(String),
    /// A TCP port with TLS.
    Https(String),
    /// `user@host` or `host`, through SSH.
    Ssh(String),
}

impl Target {
    /// The endpoint, or why there is none yet.
    fn endpoint(&self) -> Result<Endpoint, ClientError> {
        let endpoint = match self {
            // The name is never looked up: the connector below opens the socket.
            Target::Unix(path) if path.as_os_str().len() > SOCKET_PATH_MAX_BYTES => {
                return Err(ClientError::Invalid {
                    message: format!(
                        "the socket path {} is longer than {SOCKET_PATH_MAX_BYTES} bytes, which the system allows; \
                         choose a shorter state folder",
                        path.display()
                    ),
                });
            }
            Target::Unix(_) => Endpoint::from_static("http://plantd.local"),
            Target::Http(address) => Endpoint::from_shared(address.clone()).map_err(|_| ClientError::Invalid {
                message: format!("`{address}` is not an address; write http://HOST:PORT"),
            })?,
            Target::Https(address) => {
                return Err(ClientError::Refused {
                    message: format!(
                        "{address}: https:// comes later; until then log in to the plant's server and run `plant` there"
                    ),
                });
            }
            Target::Ssh(host) => {
                return Err(ClientError::Refused {
                    message: format!("ssh://{host}: ssh:// comes later; until then run `ssh -t {host} plant`"),
                });
            }
        };
        Ok(endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(Duration::from_secs(10))
            .keep_alive_while_idle(false)
            .http2_max_header_list_size(16 * 1024)
            .user_agent(concat!("plant/", env!("CARGO_PKG_VERSION")))
            .unwrap_or_else(|_| Endpoint::from_static("http://plantd.local")))
    }

    pub(super) async fn connect(&self) -> Result<Channel, ClientError> {
        let endpoint = self.endpoint()?;
        match self {
            Target::Unix(path) => endpoint.connect_with_connector(unix_connector(path.clone())).await,
            _ => endpoint.connect().await,
        }
        .map_err(|error| match (self, is_denied(&error)) {
            (Target::Unix(path), true) => ClientError::NotAllowed {
                message: format!(
                    "this account may not open {}; an admin adds it to the group plant (usermod -aG plant YOU)",
                    path.display()
                ),
            },
            _ => ClientError::Unreachable {
                target: self.to_string(),
                reason: innermost(&error),
            },
        })
    }

    pub(super) fn connect_lazily(&self) -> Result<Channel, ClientError> {
        let endpoint = self.endpoint()?;
        Ok(match self {
            Target::Unix(path) => endpoint.connect_with_connector_lazy(unix_connector(path.clone())),
            _ => endpoint.connect_lazy(),
        })
    }
}

fn unix_connector(
    path: PathBuf,
) -> impl tower::Service<
    Uri,
    Response = TokioIo<UnixStream>,
    Error = std::io::Error,
    Future = impl Future<Output = std::io::Result<TokioIo<UnixStream>>> + Send,
> + Send
+ Clone
+ 'static {
    tower::service_fn(move |_: Uri| {
        let path = path.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    })
}

/// Whether the system refused, rather than nobody being there.
fn is_denied(error: &(dyn std::error::Error + 'static)) -> bool {
    let here = error.downcast_ref::<std::io::Error>();
    here.is_some_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
        || error.source().is_some_and(is_denied)
}

fn innermost(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => innermost(source),
        None => error.to_string(),
    }
}

impl FromStr for Target {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Target, ClientError> {
        let text = text.trim();
        let invalid = || ClientError::Invalid {
            message: format!(
                "`{text}` is no target; write unix:PATH, http://HOST:PORT, https://HOST:PORT or ssh://USER@HOST"
            ),
        };
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path.is_empty() {
                true => Err(invalid()),
                false => Ok(Target::Unix(PathBuf::from(path))),
            };
        }
        if let Some(host) = text.strip_prefix("ssh://") {
            return match host.is_empty() || host.starts_with('-') {
                true => Err(invalid()),
                false => Ok(Target::Ssh(host.to_owned())),
            };
        }
        let uri: Uri = text.parse().map_err(|_| invalid())?;
        if uri.authority().is_none_or(|authority| authority.as_str().is_empty()) {
            return Err(invalid());
        }
        match uri.scheme_str() {
            Some("http") => Ok(Target::Http(text.to_owned())),
            Some("https") => Ok(Target::Https(text.to_owned())),
            _ => Err(invalid()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Unix(path) => write!(f, "unix:{}", path.display()),
            Target::Http(address) | Target::Https(address) => f.write_str(address),
            Target::Ssh(host) => write!(f, "ssh://{host}"),
        }
    }
}
