//! Trying what a worker must not do, for `plantd doctor`: from a confined worker, on a thread that it started.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::os::unix::fs::chroot;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::mount::MsFlags;
use nix::sched::CloneFlags;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::{Pid, Uid};
use plant_core::job::{Act, FrameTag, Tried};
use rustix::fs::{Mode, OFlags};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use rustix::process::{PidfdFlags, Resource, Rlimit, Signal};

use super::frames::FrameWriter;
use super::limits::Limits;

/// Tries it and says what became of it, if there is still somebody to say it.
pub fn prove<W: Write>(act: Act, limits: &Limits, frames: &mut FrameWriter<W>) -> anyhow::Result<()> {
    let limits = *limits;
    let trying = std::thread::spawn(move || tried(act, &limits));
    // A panic there is one here.
    let tried = match trying.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
        Ok(()) => Tried::Done,
        Err(error) => Tried::Refused {
            errno: error.raw_os_error().unwrap_or(0),
            text: error.to_string(),
        },
    };
    frames.json(FrameTag::Tried, &tried)?;
    frames.flush()?;
    Ok(())
}

fn tried(act: Act, limits: &Limits) -> io::Result<()> {
    // The daemon is the parent, and stays it: a worker never changes its place.
    let daemon = Pid::parent();
    let its = rustix::process::Pid::from_raw(daemon.as_raw());
    // Each is harmless where it goes through.
    match act {
        Act::ConnectUnix => UnixStream::connect("/run/plantd/plantd.sock").map(drop),
        Act::ConnectTcp => TcpStream::connect(("127.0.0.1", 5432)).map(drop),
        Act::Listen => TcpListener::bind(("127.0.0.1", 0)).map(drop),
        Act::SendDescriptor => send_descriptor(),
        Act::Execute => Err(Command::new("/bin/true").exec()),
        Act::Fork => Command::new("/bin/true").status().map(drop),
        Act::TraceDaemon => Ok(nix::sys::ptrace::seize(daemon, nix::sys::ptrace::Options::empty())?),
        Act::ReadDaemon => {
            let mut byte = [0_u8];
            let there = RemoteIoVec { base: 0x1000, len: 1 };
            process_vm_readv(daemon, &mut [io::IoSliceMut::new(&mut byte)], &[there])?;
            Ok(())
        }
        Act::HoldDaemon => rustix::process::pidfd_open(its.ok_or(io::ErrorKind::NotFound)?, PidfdFlags::empty())
            .map(drop)
            .map_err(io::Error::from),
        Act::SignalDaemon => {
            rustix::process::kill_process(its.ok_or(io::ErrorKind::NotFound)?, Signal::CONT).map_err(io::Error::from)
        }
        Act::ChangeUser => Ok(nix::unistd::setuid(Uid::from_raw(0))?),
        Act::Unshare => Ok(nix::sched::unshare(CloneFlags::CLONE_NEWUSER)?),
        Act::Mount => {
            let (none, data) = (None::<&str>, None::<&str>);
            Ok(nix::mount::mount(
                none,
                "/",
                none,
                MsFlags::MS_REMOUNT | MsFlags::MS_BIND,
                data,
            )?)
        }
        Act::ChangeRoot => chroot("/"),
        Act::OpenFile => File::open("/etc/passwd").map(drop),
        // Without a name, so that nothing is left where it goes through.
        Act::CreateFile => rustix::fs::open("/tmp", OFlags::TMPFILE | OFlags::WRONLY, Mode::RUSR)
            .map(drop)
            .map_err(io::Error::from),
        Act::ListFolder => std::fs::read_dir("/").map(drop),
        Act::RemoveFile => std::fs::remove_file(Path::new("/tmp/there is no such file")),
        Act::LimitDaemon => {
            let none = Rlimit {
                current: Some(0),
                maximum: None,
            };
            rustix::process::prlimit(its, Resource::Core, none)
                .map(drop)
                .map_err(io::Error::from)
        }
        Act::Grow => {
            let bytes = usize::try_from(limits.memory_bytes).unwrap_or(usize::MAX / 2);
            let grown = Vec::<u8>::with_capacity(bytes);
            // Looked at, so that the compiler does not leave it out.
            std::hint::black_box(&grown);
            Ok(())
        }
        Act::Panic => fails_by_itself(),
    }
}

/// One more descriptor for the daemon, which does not ask for any.
fn send_descriptor() -> io::Result<()> {
    let input = io::stdin();
    let descriptors = [input.as_fd()];
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
    rustix::net::sendmsg(&input, &[IoSlice::new(b"x")], &mut ancillary, SendFlags::NOSIGNAL)?;
    Ok(())
}

#[expect(clippy::panic, reason = "the fault that is to be shown")]
fn fails_by_itself() -> ! {
    panic!("a worker that panics on purpose")
}
