//! Names the folders that end up inside the binary: without this a new file in one of them would go
//! unnoticed by the next build.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=static");
}
