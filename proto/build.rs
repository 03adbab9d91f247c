//! Compiles the messages without a protoc on the machine, and keeps their description for tests that walk it.

use std::error::Error;
use std::path::PathBuf;

use prost::Message;

const SERVICES: [&str; 15] = [
    "plant/v1/system.proto",
    "plant/v1/folder.proto",
    "plant/v1/file.proto",
    "plant/v1/profile.proto",
    "plant/v1/record.proto",
    "plant/v1/series.proto",
    "plant/v1/alias.proto",
    "plant/v1/calendar.proto",
    "plant/v1/reference.proto",
    "plant/v1/metric.proto",
    "plant/v1/analysis.proto",
    "plant/v1/finding.proto",
    "plant/v1/assistant.proto",
    "plant/v1/usage.proto",
    "plant/v1/org.proto",
];

#[expect(
    clippy::disallowed_methods,
    reason = "cargo hands the output folder to a build script in this way alone"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=plant/v1");
    let descriptors = protox::compile(SERVICES, ["."])?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("plant.v1.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().btree_map(".").compile_fds(descriptors)?;
    Ok(())
}
