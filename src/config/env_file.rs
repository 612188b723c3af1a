//! The environment as a file for systemd or Docker: every variable with what it means, in both languages, and switched
//! off, so that the defaults of the code count until a line is filled in.

use super::table::{SETTINGS, VARIABLES};
use super::vietnamese::in_vietnamese;
use std::fmt::Write;

const HEAD: &str = "\
# The panel's settings. A line counts once its `#` is taken away; without it the default counts. What stands here wins
# over the panel's own settings page. Restart the panel after a change. The file holds secrets: keep it 0600.
# Các thiết lập của panel. Bỏ dấu `#` ở đầu dòng thì dòng đó có hiệu lực; nếu không, giá trị mặc định được dùng. Giá trị
# ở đây được ưu tiên hơn trang cài đặt của panel. Sửa xong hãy khởi động lại panel. Tệp này chứa bí mật: giữ quyền 0600.
";

/// The whole file.
pub fn env_file() -> String {
    let mut file = HEAD.to_owned();
    for line in VARIABLES {
        add(&mut file, &[line.name], line.about, line.default);
    }
    for setting in SETTINGS.iter().filter(|setting| !setting.variables.is_empty()) {
        add(&mut file, setting.variables, setting.about, setting.default.unwrap_or("none"));
    }
    file
}

fn add(file: &mut String, names: &[&str], about: &str, default: &str) {
    let vietnamese = in_vietnamese(names).unwrap_or_default();
    // A `String` takes whatever is written to it.
    let _ = write!(file, "\n# {about}.\n# {vietnamese}.\n# ({default})\n");
    for name in names {
        let _ = writeln!(file, "#{name}=");
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::variable_names;
    use super::*;

    #[test]
    fn each_variable_is_in_the_file_once_and_off() {
        let file = env_file();
        for name in variable_names() {
            assert_eq!(file.matches(&format!("\n#{name}=\n")).count(), 1, "{name}");
        }
        let on: Vec<&str> = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert_eq!(on, [""; 0]);
    }

    #[test]
    fn each_variable_is_explained_in_vietnamese() {
        for setting in SETTINGS.iter().filter(|setting| !setting.variables.is_empty()) {
            assert!(in_vietnamese(setting.variables).is_some(), "{:?}", setting.variables);
        }
        for line in VARIABLES {
            assert!(in_vietnamese(&[line.name]).is_some(), "{}", line.name);
        }
    }
}
