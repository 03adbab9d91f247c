//! The table of calls against the description of the services.

mod live;

use std::collections::BTreeSet;

use plant_proto::DESCRIPTORS;
use prost::Message;
use prost_types::FileDescriptorSet;

use super::methods::{METHODS, Need};

fn descriptors() -> FileDescriptorSet {
    FileDescriptorSet::decode(DESCRIPTORS).expect("the build wrote them")
}

#[test]
fn every_call_is_in_the_table_and_nothing_else() {
    let described: BTreeSet<String> = descriptors()
        .file
        .iter()
        .flat_map(|file| file.service.iter().map(move |service| (file.package(), service)))
        .flat_map(|(package, service)| {
            let name = service.name();
            service
                .method
                .iter()
                .map(move |method| format!("/{package}.{name}/{}", method.name()))
        })
        .collect();
    let table: BTreeSet<String> = METHODS
        .iter()
        .filter(|(path, _, _)| !path.starts_with("/grpc.health.v1.Health/"))
        .map(|(path, _, _)| (*path).to_owned())
        .collect();
    assert_eq!(described, table);
    assert_eq!(METHODS.len(), table.len() + 2, "no path twice");
}

#[test]
fn only_health_may_be_called_without_a_grant() {
    for (path, need, _) in METHODS {
        assert_eq!(
            *need == Need::Account,
            path.starts_with("/grpc.health.v1.Health/"),
            "{path}"
        );
    }
}

#[test]
fn no_request_names_an_org() {
    let set = descriptors();
    let mut requests = 0;
    for message in set.file.iter().flat_map(|file| &file.message_type) {
        if message.name().ends_with("Request") {
            requests += 1;
            for field in &message.field {
                assert!(!field.name().starts_with("org"), "{}.{}", message.name(), field.name());
            }
        }
    }
    assert_eq!(requests, METHODS.len() - 2, "each call has a request of its own");
}

#[test]
fn enums_begin_with_unspecified_and_lists_have_pages() {
    for file in descriptors().file.iter().filter(|file| file.package() == "plant.v1") {
        for found in &file.enum_type {
            let first = found.value.first().expect("a value");
            assert!(
                first.name().ends_with("_UNSPECIFIED") && first.number() == 0,
                "{}",
                found.name()
            );
        }
        for message in &file.message_type {
            let has = |name: &str| message.field.iter().any(|field| field.name() == name);
            if message.name().starts_with("List") && message.name().ends_with("Request") {
                assert!(has("page_size") && has("page_token"), "{}", message.name());
            }
            if message.name().starts_with("List") && message.name().ends_with("Response") {
                assert!(has("next_page_token"), "{}", message.name());
            }
        }
    }
}
