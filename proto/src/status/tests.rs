//! Every fault comes out at the client as the error that it stands for.

use tonic::{Code, Status};

use super::{Fault, client_error};
use crate::client::ClientError;

#[test]
fn every_fault_there_and_back() {
    let message = || "größer; next step".to_owned();
    let incident = "01900000-0000-7000-8000-000000000001".to_owned();
    for (fault, exit_code) in [
        (Fault::NotFound { message: message() }, 1),
        (Fault::Invalid { message: message() }, 1),
        (Fault::NotAllowed { message: message() }, 4),
        (Fault::OverQuota { message: message() }, 4),
        (Fault::Conflict { message: message() }, 1),
        (Fault::Unavailable { message: message() }, 1),
        (Fault::Internal { incident }, 1),
    ] {
        let error = client_error(Status::from(fault.clone()), "unix:/x");
        assert_eq!(error.exit_code(), exit_code, "{error:?}");
        assert_eq!(error, ClientError::Fault(fault));
    }
}

#[test]
fn statuses_of_the_transport() {
    let error = |code| client_error(Status::new(code, "text"), "unix:/x");
    assert_eq!(error(Code::Unavailable).exit_code(), 3);
    assert!(error(Code::Unavailable).to_string().contains("unix:/x"));
    assert_eq!(error(Code::PermissionDenied).exit_code(), 4);
    assert_eq!(error(Code::Unauthenticated).exit_code(), 4);
    assert!(matches!(
        error(Code::ResourceExhausted),
        ClientError::Fault(Fault::Unavailable { .. })
    ));
    assert!(matches!(
        error(Code::DeadlineExceeded),
        ClientError::Fault(Fault::Unavailable { .. })
    ));
    assert!(matches!(
        error(Code::OutOfRange),
        ClientError::Fault(Fault::Invalid { .. })
    ));
    assert!(matches!(error(Code::Unimplemented), ClientError::Mismatch { .. }));
}

#[test]
fn a_missing_thing_is_named_without_control_characters() {
    let fault = Fault::not_found("file", "a\u{1b}[31m\nb", "plant files");
    assert_eq!(fault.to_string(), "no file `a[31mb`; `plant files` lists what is there");
}
