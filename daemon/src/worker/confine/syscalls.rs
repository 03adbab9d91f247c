//! The system calls of a worker.
//!
//! What a worker needs passes ([`ALLOWED`], and those with a condition in [`allowed`]). What only a worker that was
//! taken over would ask for ends it at once ([`DEADLY`]), so that the daemon sees it. Opening a path is refused like a
//! missing permission, because libraries look for files that need not be there. Whatever is named nowhere fails as if
//! the kernel did not know it, and libraries fall back to older calls (`clone3` to `clone`, for one).

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// The conditions under which a call matches: any of the rules; none means always.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Threads: no namespace of their own, and of this process.
const THREAD_FLAGS: u64 = (libc::CLONE_THREAD
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET) as u64;

/// Sockets that reach this machine only.
const UNIX: u64 = libc::AF_UNIX as u64;

/// What a worker may call, whatever the arguments. It computes, and reads and writes what it holds.
const ALLOWED: &[c_long] = &[
    // Descriptors at hand. The two that take a path as well tell size and times, not content.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_ppoll,
    // What polars' own runtime waits with.
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    // Memory.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    // Threads of its own.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_gettid,
    libc::SYS_getcpu,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Signals to itself.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    // Time and chance.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    // Who and where it is.
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getrusage,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_time,
];

/// What opens a file by its path.
const PATHS: &[c_long] = &[
    libc::SYS_openat,
    libc::SYS_openat2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
];

/// What no worker has a reason to call.
const DEADLY: &[c_long] = &[
    // Sockets.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    // Programs and processes.
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_kcmp,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    // Identity.
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_setgroups,
    libc::SYS_capset,
    libc::SYS_personality,
    // Namespaces and file systems.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    // The kernel itself.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_setup,
    libc::SYS_io_submit,
    libc::SYS_userfaultfd,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_syslog,
    libc::SYS_acct,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_kexec_file_load,
    // Memory and queues shared with others of the same user.
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semctl,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
];

/// Puts the filters in force for this thread and those it starts.
///
/// # Errors
/// When the kernel takes none.
pub fn apply() -> Result<(), seccompiler::Error> {
    // The last one forbids to add another.
    for filter in filters(std::process::id())? {
        seccompiler::apply_filter(&filter)?;
    }
    Ok(())
}

/// The filters of the process with that id. The kernel asks all of them and does the hardest thing that one says.
fn filters(pid: u32) -> Result<[BpfProgram; 3], BackendError> {
    let denied = SeccompAction::Errno(libc::EACCES.unsigned_abs());
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    Ok([
        filter(always(PATHS), SeccompAction::Allow, denied)?,
        filter(deadly(pid)?, SeccompAction::Allow, SeccompAction::KillProcess)?,
        filter(allowed(pid)?, unknown, SeccompAction::Allow)?,
    ])
}

fn filter(rules: Rules, otherwise: SeccompAction, matched: SeccompAction) -> Result<BpfProgram, BackendError> {
    SeccompFilter::new(rules, otherwise, matched, std::env::consts::ARCH.try_into()?)?.try_into()
}

fn always(calls: &[c_long]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

fn deadly(pid: u32) -> Result<Rules, BackendError> {
    let mut rules = always(DEADLY);
    // A process of its own, a signal to another one, a pair of sockets that reach somewhere.
    let process = masked(0, libc::CLONE_THREAD as u64, 0)?;
    let other = is_not(0, u64::from(pid))?;
    let outside = is_not(0, UNIX)?;
    for (call, condition) in [
        (libc::SYS_clone, process),
        (libc::SYS_tgkill, other),
        (libc::SYS_socketpair, outside),
    ] {
        rules.insert(call, vec![SeccompRule::new(vec![condition])?]);
    }
    Ok(rules)
}

fn allowed(pid: u32) -> Result<Rules, BackendError> {
    let mut rules = always(ALLOWED);
    // Those of the first filter, so that its error is the one that is seen.
    rules.extend(always(PATHS));
    let not_executable = || masked(2, libc::PROT_EXEC as u64, 0);
    let mut when = |call, any: Vec<Vec<SeccompCondition>>| -> Result<(), BackendError> {
        let any = any.into_iter().map(SeccompRule::new).collect::<Result<_, _>>()?;
        rules.insert(call, any);
        Ok(())
    };
    when(
        libc::SYS_clone,
        vec![vec![masked(0, THREAD_FLAGS, libc::CLONE_THREAD as u64)?]],
    )?;
    when(libc::SYS_tgkill, vec![vec![is(0, u64::from(pid))?]])?;
    // The runtime of polars makes one to wake itself; it reaches nobody else.
    when(libc::SYS_socketpair, vec![vec![is(0, UNIX)?]])?;
    when(libc::SYS_mmap, vec![vec![not_executable()?]])?;
    when(libc::SYS_mprotect, vec![vec![not_executable()?]])?;
    // Only to copy descriptors: a descriptor can also be made to send signals.
    let commands = [libc::F_DUPFD_CLOEXEC, libc::F_GETFD, libc::F_SETFD, libc::F_GETFL];
    let commands = commands.map(|command| is(1, u64::from(command.unsigned_abs())).map(|condition| vec![condition]));
    when(libc::SYS_fcntl, commands.into_iter().collect::<Result<_, _>>()?)?;
    // To read its own limits.
    when(libc::SYS_prlimit64, vec![vec![is(0, 0)?, nothing(2)?]])?;
    // To name threads and memory.
    let names = [libc::PR_SET_NAME, libc::PR_SET_VMA];
    let names = names.map(|option| is(0, u64::from(option.unsigned_abs())).map(|condition| vec![condition]));
    when(libc::SYS_prctl, names.into_iter().collect::<Result<_, _>>()?)?;
    Ok(rules)
}

/// The lower half of an argument has that value; where the kernel takes 32 bits, the upper half is any.
fn is(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

/// The lower half of an argument has another value.
fn is_not(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value)
}

/// An argument is a null pointer.
fn nothing(argument: u8) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)
}

/// The bits of the mask have that value.
fn masked(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::net::UnixStream;

    use rustix::fs::FlockOperation;
    use rustix::io::Errno;

    use super::*;

    /// On a thread of its own, which alone is confined. What is deadly would end the tests; `plantd doctor` tries it.
    fn confined<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
        std::thread::spawn(|| {
            apply().unwrap();
            act()
        })
        .join()
        .unwrap()
    }

    #[test]
    fn a_worker_computes_on_threads_and_copies_its_descriptors() {
        let file = tempfile::tempfile().unwrap();
        let sums = confined(move || {
            let copy = file.try_clone().unwrap();
            let length = std::thread::spawn(move || copy.metadata().unwrap().len())
                .join()
                .unwrap();
            let (_near, _far) = UnixStream::pair().unwrap();
            length + vec![1_u8; 8 << 20].iter().map(|byte| u64::from(*byte)).sum::<u64>()
        });
        assert_eq!(sums, 8 << 20);
    }

    #[test]
    fn a_descriptor_is_only_read_written_and_copied() {
        let file = tempfile::tempfile().unwrap();
        let refused = confined(move || {
            [
                rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockShared),
                rustix::fs::fchmod(&file, rustix::fs::Mode::RWXU),
                rustix::fs::ftruncate(&file, 0),
                rustix::io::ioctl_fionbio(&file, true),
            ]
        });
        assert_eq!(refused, [Err(Errno::NOSYS); 4]);
    }

    #[test]
    fn no_path_is_opened() {
        let opened = confined(|| {
            File::open("/proc/self/maps")
                .map(drop)
                .map_err(|error| error.raw_os_error())
        });
        assert_eq!(opened, Err(Some(libc::EACCES)));
    }

    #[test]
    fn no_call_is_both_allowed_and_deadly() {
        let (allowed, deadly) = (always(ALLOWED), always(DEADLY));
        let both: Vec<_> = always(PATHS)
            .into_keys()
            .chain(allowed.into_keys())
            .filter(|call| deadly.contains_key(call))
            .collect();
        assert_eq!(both, Vec::<i64>::new());
    }
}
