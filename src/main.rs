//! The binary: everything is in the library.

fn main() -> std::process::ExitCode {
    smm_panel::cli::main()
}
