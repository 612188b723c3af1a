//! What the variables of the environment mean, in Vietnamese: the operator's language.

/// Each by its first variable, if it sets a setting together with others.
static MEANINGS: &[(&str, &str)] = &[
    (
        "DATABASE_URL",
        "Đường dẫn tệp cơ sở dữ liệu; có thể viết tiền tố `sqlite:`, không nhận tham số sau `?`. Dịch vụ do \
         install.sh tạo dùng `/var/lib/smm-panel/panel.db`",
    ),
    (
        "CHECKPOINTS",
        "`external` để Litestream lo nhật ký ghi trước (WAL): panel chỉ gộp khi dừng, hoặc khi vượt 512 MiB",
    ),
    (
        "SECRET_KEY",
        "Khóa ký phiên đăng nhập, ít nhất 32 byte; để trống thì panel tự tạo và giữ trong cơ sở dữ liệu",
    ),
    (
        "PUBLIC_URL",
        "Địa chỉ panel nhìn từ Internet: dùng cho cookie `Secure`, nguồn được phép và các đường liên kết",
    ),
    (
        "HTTPS_DOMAIN",
        "Tên miền của panel, ví dụ `panel.example.vn`: panel tự phục vụ HTTPS, tự xin chứng chỉ nếu không đặt \
         `TLS_CERT`, và `PUBLIC_URL` theo tên này",
    ),
    ("ACME_EMAIL", "E-mail để tổ chức cấp chứng chỉ liên lạc"),
    ("ACME_DIRECTORY_URL", "Tổ chức cấp chứng chỉ khác Let's Encrypt (ACME, kiểu xác minh HTTP-01)"),
    (
        "TLS_CERT",
        "Cùng với `TLS_KEY`: tệp PEM chứa chứng chỉ và các chứng chỉ cấp trên; cả hai được đọc lại khi thay đổi",
    ),
    ("TLS_KEY", "Tệp PEM chứa khóa của chứng chỉ đó"),
    ("HTTPS_ADDRESS", "Địa chỉ và cổng lắng nghe HTTPS; `[::]` gồm cả IPv4"),
    (
        "HTTP_ADDRESS",
        "Địa chỉ và cổng HTTP: trả lời phép xác minh của tổ chức cấp chứng chỉ, còn lại chuyển sang HTTPS",
    ),
    (
        "ADMIN_USERNAME",
        "Cùng với `ADMIN_EMAIL` và `ADMIN_PASSWORD`: tạo quản trị viên đầu tiên khi chưa có ai",
    ),
    ("ADMIN_EMAIL", "E-mail của quản trị viên đầu tiên"),
    ("ADMIN_PASSWORD", "Mật khẩu của quản trị viên đầu tiên"),
    (
        "BUMX_API_URL",
        "Địa chỉ đầy đủ của nhà cung cấp khai ở đây (BUMX, hoặc panel khác có SMM API v2), đi cùng \
         `BUMX_API_KEY`; `sandbox` là nhà cung cấp tập dượt có sẵn. Đổi địa chỉ, \
         hoặc đổi sang khóa của tài khoản khác, thì các đơn đang chạy được giữ lại chờ bạn quyết định",
    ),
    ("BUMX_API_KEY", "Khóa API của bạn tại đó"),
    ("BUMX_SYNC_SECONDS", "Số giây giữa hai lần cập nhật trạng thái đơn"),
    ("BUMX_CATALOG_SECONDS", "Số giây giữa hai lần xem lại bảng giá của nhà cung cấp"),
    ("BUMX_TIMEOUT_SECONDS", "Thời gian tối đa của một lần gọi, tính bằng giây"),
    ("BUMX_ADD_TIMEOUT_SECONDS", "Thời gian tối đa của một lần gửi đơn, tính bằng giây"),
    (
        "PROVIDER_ALLOW_PRIVATE",
        "Cho phép nhà cung cấp thêm trong panel có địa chỉ mạng riêng (`BUMX_API_URL` thì luôn được)",
    ),
    ("SEPAY_API_URL", "Máy chủ khác nói cùng giao thức danh sách giao dịch của SePay (bản 1)"),
    ("TELEGRAM_API_URL", "Máy chủ Bot API khác"),
    (
        "SMTP_URL",
        "Máy chủ gửi thư cho khách: `smtps://user:password@host:465`, hoặc `smtp://user:password@host:587` (máy chủ phải \
         có STARTTLS); đi cùng `SMTP_FROM`",
    ),
    ("SMTP_FROM", "Người gửi của thư: `shop@example.vn`, hoặc `Shop <shop@example.vn>`"),
    ("CORS_ORIGINS", "Các nguồn mà trang của chúng được gọi API bằng token, cách nhau bằng dấu phẩy"),
    (
        "RATE_LIMIT_PER_MINUTE",
        "Số yêu cầu mỗi phút của một người dùng, hoặc của một địa chỉ; 0 là không giới hạn",
    ),
    ("AUTH_RATE_LIMIT_PER_MINUTE", "Như trên, cho các lần đăng nhập hay xác minh"),
    ("API_RATE_LIMIT_PER_MINUTE", "Như trên, cho mỗi khóa API của đại lý"),
    (
        "BCRYPT_COST",
        "Từ 4 đến 15; dưới 10 có cảnh báo; mật khẩu băm ở mức khác được băm lại khi người dùng đăng nhập, và cho đến \
         lúc đó mỗi lần đăng nhập chậm như mức cao nhất đang có",
    ),
    ("BACKUP_DIR", "Thư mục chứa các bản sao lưu mà panel tự tạo"),
    ("BACKUP_EVERY_HOURS", "Số giờ giữa hai lần tự sao lưu; 0 là tắt"),
    (
        "BACKUP_KEEP",
        "Giữ bản mới nhất của từng ấy ngày (d), tuần (w) và tháng (m), và bản mới nhất trong tất cả",
    ),
    (
        "BACKUP_PASSPHRASE",
        "Mã hóa các bản sao lưu (công cụ `age` cũng mở được); ít nhất 12 ký tự. Mất mật khẩu này là mất bản sao lưu",
    ),
    (
        "BACKUP_S3_URL",
        "Gửi thêm các bản sao lưu tới kho lưu trữ kiểu S3: `https://KEY:SECRET@máy-chủ/bucket/thư-mục?region=…`; cần có \
         `BACKUP_PASSPHRASE`",
    ),
    ("LOG_FORMAT", "Dạng nhật ký: `text` hoặc `json`; nhật ký được ghi ra stderr"),
    (
        "LOG_LEVEL",
        "`error`, `warn`, `info`, `debug` hoặc `trace`: ghi từ mức này trở lên; không mức nào ghi ra bí mật",
    ),
    (
        "METRICS_TOKEN",
        "Token Bearer để đọc `/metrics`, ít nhất 16 ký tự; không đặt thì chỉ chương trình trên cùng máy đọc được",
    ),
    ("ROCKET_ADDRESS", "Địa chỉ mà panel lắng nghe"),
    ("ROCKET_PORT", "Cổng mà panel lắng nghe"),
    (
        "ROCKET_IP_HEADER",
        "Header trong đó reverse proxy của bạn ghi địa chỉ khách, ví dụ `X-Real-IP`; nếu là danh sách thì lấy mục cuối",
    ),
    (
        "BANK_BIN",
        "Tài khoản ngân hàng nhận tiền của khách: ít nhất mã BIN (sáu số của ngân hàng) và số tài khoản; để trống thì \
         không nhận nạp tiền",
    ),
    (
        "DEPOSIT_EXPIRY_MINUTES",
        "Sau bao nhiêu phút một lệnh nạp được xem là hết hạn (tiền đến muộn vẫn được cộng)",
    ),
    ("SEPAY_SECRET", "Khóa mà webhook của SePay dùng để chứng minh; để trống thì webhook trả lời 503"),
    (
        "SEPAY_API_TOKEN",
        "Dùng để đọc danh sách giao dịch của SePay, tìm những khoản chưa được báo; để trống thì không đọc",
    ),
    ("TELEGRAM_BOT_TOKEN", "Bot gửi thông báo cho bạn; để trống thì không có thông báo"),
    ("TELEGRAM_CHAT_ID", "Cuộc trò chuyện mà bot gửi tới: một số hoặc `@tên`"),
];

/// The meaning of variables that are set together.
pub(super) fn in_vietnamese(names: &[&str]) -> Option<&'static str> {
    MEANINGS.iter().find(|(name, _)| names.first() == Some(name)).map(|(_, meaning)| *meaning)
}
