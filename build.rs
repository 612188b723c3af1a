//! Packs the pages for a release: they are sent packed anyway, and lie in the program in no other form. Debug builds
//! read them from the disk.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Of 0 to 11; the two above it take ten times as long for a few percent.
const QUALITY: u32 = 9;
const WINDOW_BITS: u32 = 22;
const BUFFER_BYTES: usize = 4096;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=static");
    if env::var("PROFILE")? == "debug" {
        return Ok(());
    }
    let packed = PathBuf::from(env::var("OUT_DIR")?).join("static");
    // What was there under a name that is gone.
    if packed.exists() {
        fs::remove_dir_all(&packed)?;
    }
    pack(Path::new("static"), &packed)
}

fn pack(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (file, place) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            pack(&file, &place)?;
        } else {
            let mut bytes = Vec::new();
            let mut packer =
                brotli::CompressorReader::new(fs::File::open(&file)?, BUFFER_BYTES, QUALITY, WINDOW_BITS);
            std::io::copy(&mut packer, &mut bytes)?;
            fs::write(place, bytes)?;
        }
    }
    Ok(())
}
