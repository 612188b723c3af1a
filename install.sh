#!/usr/bin/env bash
# Installs the panel as a hardened systemd service on Debian, Ubuntu and systems like RHEL; upgrades and removes it.
# Run again it changes only what differs. `./install.sh --help` says what it takes.
# `sh install.sh` means this, too.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

readonly PROGRAM=/usr/local/libexec/smm-panel # labelled for services by SELinux, unlike /usr/local/lib
readonly COMMAND=/usr/local/bin/smm-panel
readonly CONFIG=/etc/smm-panel
readonly SETTINGS=$CONFIG/smm-panel.env
readonly STATE=/var/lib/smm-panel
readonly UNIT=/etc/systemd/system/smm-panel.service
readonly ONE_ATTEMPT=/run/systemd/system/smm-panel.service.d/one-attempt.conf
readonly SERVICE_USER=smm-panel
readonly HEALTH_SECONDS=30
# A start that did nothing for so long hangs. One that copies a large database works, however long that takes.
readonly IDLE_SECONDS=60 WORKED_TICKS=10 TELL_SECONDS=5

action=install source='' checksum='' domain='' certificate='' key='' is_behind=false is_dry=false is_purge=false may_ask=true
is_agreed=false
[ -t 0 ] || may_ask=false
scratch=$(mktemp -d)
undo='' # what brings the panel of before back, while something may still go wrong

leave() {
  trap '' HUP INT TERM PIPE
  set +e
  [ -z "$undo" ] || $undo
  rm -rf "$scratch"
}
trap leave EXIT

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--binary FILE | --url URL --sha256 SUM | --build] [options]
  --binary FILE     this program (otherwise: smm-panel beside this script)
  --url URL         downloads it; --sha256 SUM is what it must be
  --build           builds it from the source beside this script (needs cargo)
  --domain NAME     the name under which customers find it; asked for if left out. The panel itself speaks HTTPS on
                    ports 80 and 443, and gets its certificate from Let's Encrypt, whose terms you accept with it
  --cert FILE --key FILE
                    a certificate of yours instead (PEM), read again when it changes
  --web-server      a web server of yours speaks HTTPS instead, and passes everything on to 127.0.0.1:8000
  --yes             asks nothing, not even before it deletes
  --dry-run         says what would be done, and does nothing
  --upgrade         a newer program: backup, look at the database, swap, start, look whether it is well
  --uninstall       removes program and service; database, backups and settings stay unless --purge is given too,
                    which has to be confirmed
TEXT
}

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in vi*) is_vietnamese=true ;; *) is_vietnamese=false ;; esac

say() { # say ENGLISH VIETNAMESE
  if $is_vietnamese; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

fail() { # fail ENGLISH VIETNAMESE
  say "install.sh: $1" "install.sh: $2" >&2
  exit 1
}

run() { # run COMMAND...: does it, or says it
  if $is_dry; then printf '+ %s\n' "$*"; else "$@"; fi
}

write() { # write FILE MODE: standard input, if the file is not so already; whether anything changed
  cat >"$scratch/new"
  if [ -f "$1" ] && cmp -s "$scratch/new" "$1"; then return 1; fi
  run install -m "$2" "$scratch/new" "$1"
}

ask() { # ask ENGLISH VIETNAMESE: the answer, empty where nobody can be asked
  $may_ask || return 0
  local answer
  say "$1" "$2" >&2
  read -r answer
  printf '%s' "$answer"
}

arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --binary | --url | --sha256 | --domain | --cert | --key)
        [ $# -ge 2 ] || fail "$1 takes a value" "$1 cần một giá trị"
        ;;&
      --binary) source=file:$(realpath -- "$2") && shift ;;
      --url) source=url:$2 && shift ;;
      --sha256) checksum=$2 && shift ;;
      --domain) domain=$2 && shift ;;
      --cert) certificate=$(realpath --no-symlinks -- "$2") && shift ;;
      --key) key=$(realpath --no-symlinks -- "$2") && shift ;;
      --build) source=build ;;
      --web-server) is_behind=true ;;
      --yes) may_ask=false is_agreed=true ;;
      --dry-run) is_dry=true ;;
      --upgrade) action=upgrade ;;
      --uninstall) action=uninstall ;;
      --purge) is_purge=true ;;
      --help | -h) usage && exit 0 ;;
      *) usage >&2 && fail "unknown: $1" "không hiểu: $1" ;;
    esac
    shift
  done
}

requirements() {
  [ "$(id -u)" = 0 ] || $is_dry || fail "run it as root (sudo)" "hãy chạy bằng quyền root (sudo)"
  command -v systemctl >/dev/null || fail "this system has no systemd; run the program by hand (README.md)" \
    "hệ thống này không có systemd; hãy tự chạy chương trình (README.md)"
  ! $is_purge || [ "$action" = uninstall ] || fail "--purge goes with --uninstall" "--purge đi cùng --uninstall"
  check_domain
  case $certificate$key in
    *[\|\&\\]*) fail "no | & or \\ in paths, please" "đường dẫn không được có | & hay \\" ;;
  esac
  [ -n "$certificate" ] || [ -z "$key" ] || fail "--key needs --cert" "--key cần kèm --cert"
  [ -z "$certificate" ] || [ -n "$key" ] || fail "--cert needs --key" "--cert cần kèm --key"
  ! $is_behind || [ -z "$certificate" ] || fail "--web-server goes without --cert" "--web-server không đi cùng --cert"
}

check_domain() { # a name that the world can find; capital letters mean the same
  domain=${domain,,}
  [[ -z $domain || $domain =~ ^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])$ ]] ||
    fail "no domain: $domain; write it like panel.example.vn" \
      "không phải tên miền: $domain; hãy viết như panel.example.vn"
}

obtain() { # the program as a file that runs here: $scratch/smm-panel
  local here
  here=$(dirname -- "$(realpath -- "$0")")
  [ -n "$source" ] || source=file:$here/smm-panel
  case $source in
    file:*)
      is_program "${source#file:}"
      cp -- "${source#file:}" "$scratch/smm-panel"
      ;;
    url:*)
      command -v curl >/dev/null || fail "--url needs curl: apt install curl, or fetch it yourself for --binary" \
        "--url cần curl: apt install curl, hoặc tự tải về rồi dùng --binary"
      [ -n "$checksum" ] || fail "--url needs --sha256" "--url cần kèm --sha256"
      curl --fail --location --silent --show-error --proto '=https' -o "$scratch/smm-panel" "${source#url:}"
      ;;
    build)
      (cd "$here" && cargo build --release --locked)
      cp -- "$here/target/release/smm-panel" "$scratch/smm-panel"
      ;;
  esac
  if [ -n "$checksum" ]; then
    echo "$checksum  $scratch/smm-panel" | sha256sum --check --quiet - ||
      fail "the program is not the one of that checksum" "chương trình không khớp với checksum"
  fi
  chmod 755 "$scratch/smm-panel"
  "$scratch/smm-panel" --version || fail "the program does not run on this machine" "chương trình không chạy được trên máy này"
}

is_program() { # is_program FILE: one that can be run, which bash would try of any text
  [ -f "$1" ] || fail "there is no program at $1; name it with --binary FILE" \
    "không có chương trình tại $1; hãy chỉ rõ bằng --binary TỆP"
  case $(head -c 4 -- "$1" | tr -d '\0') in
    $'\x7fELF' | '#!'*) ;;
    *) fail "this is no program: $1" "tệp này không phải chương trình: $1" ;;
  esac
}

unit() {
  cat <<'TEXT'
[Unit]
Description=SMM panel
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=5min
StartLimitBurst=20

[Service]
Type=notify
NotifyAccess=main
User=smm-panel
Group=smm-panel
UMask=0077
StateDirectory=smm-panel
StateDirectoryMode=0700
WorkingDirectory=/var/lib/smm-panel
Environment=DATABASE_URL=/var/lib/smm-panel/panel.db
EnvironmentFile=/etc/smm-panel/smm-panel.env
ExecStart=/usr/local/libexec/smm-panel serve
Restart=always
RestartSec=2
# A new version first copies a large database.
TimeoutStartSec=30min
# Calls to the provider may end.
TimeoutStopSec=2min
WatchdogSec=1min
LimitNOFILE=65536
MemoryHigh=60%
MemoryMax=80%
TasksMax=512

AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
PrivateIPC=yes
RemoveIPC=yes
KeyringMode=private
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @mount
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
TEXT
}

command_file() { # the commands as the operator types them, with the service's user and settings
  cat <<'TEXT'
#!/bin/sh
# The panel's commands, run as the service's user with the service's settings and its right to low ports.
[ "$(id -u)" = 0 ] || exec sudo "$0" "$@"
exec systemd-run --quiet --pipe --wait --collect --service-type=exec \
  --property=User=smm-panel --property=Group=smm-panel --property=UMask=0077 \
  --property=AmbientCapabilities=CAP_NET_BIND_SERVICE --property=WorkingDirectory=/var/lib/smm-panel \
  --setenv=DATABASE_URL=/var/lib/smm-panel/panel.db --setenv=LANG="${LC_ALL:-${LC_MESSAGES:-${LANG:-C}}}" \
  --property=EnvironmentFile=/etc/smm-panel/smm-panel.env \
  /usr/local/libexec/smm-panel "$@"
TEXT
}

set_up_user() {
  local shell=/usr/sbin/nologin
  [ -x $shell ] || shell=/sbin/nologin
  if ! id "$SERVICE_USER" >/dev/null 2>&1; then
    run useradd --system --user-group --home-dir "$STATE" --no-create-home --shell "$shell" "$SERVICE_USER"
  fi
  run install -d -m 700 -o "$SERVICE_USER" -g "$SERVICE_USER" "$STATE"
  run install -d -m 700 "$CONFIG"
}

settings() { # fills in what is given; what an operator wrote stays
  if [ ! -f "$SETTINGS" ]; then
    "$scratch/smm-panel" env >"$scratch/settings"
    run install -m 600 "$scratch/settings" "$SETTINGS"
  fi
  if [ -z "$domain" ] && ! is_set HTTPS_DOMAIN && ! is_set PUBLIC_URL; then
    domain=$(ask "The panel's domain, for HTTPS (empty: only this machine reaches it, at http://127.0.0.1:8000):" \
      "Tên miền của panel, để dùng HTTPS (để trống: chỉ máy này truy cập được, tại http://127.0.0.1:8000):")
  fi
  check_domain
  if [ -n "$certificate" ]; then
    is_readable "$certificate"
    is_readable "$key"
    [ -z "$domain" ] || set_to HTTPS_DOMAIN "$domain"
    set_to TLS_CERT "$certificate"
    set_to TLS_KEY "$key"
    nobody_before
  elif $is_behind; then
    [ -n "$domain" ] || domain=$(value_of HTTPS_DOMAIN)
    [ -n "$domain" ] || is_set PUBLIC_URL || fail "--web-server needs --domain" "--web-server cần kèm --domain"
    switch_off HTTPS_DOMAIN TLS_CERT TLS_KEY
    [ -z "$domain" ] || set_to PUBLIC_URL "https://$domain"
    is_set ROCKET_IP_HEADER || set_to ROCKET_IP_HEADER X-Real-IP
  elif [ -n "$domain" ]; then
    is_set HTTPS_DOMAIN || is_set TLS_CERT || ports_are_free 80 443
    switch_off PUBLIC_URL
    set_to HTTPS_DOMAIN "$domain"
    nobody_before
  fi
}

nobody_before() { # who would overwrite that header; another one is the operator's own decision
  [ "$(value_of ROCKET_IP_HEADER)" != X-Real-IP ] || switch_off ROCKET_IP_HEADER
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

ports_are_free() { # ports_are_free PORT...: nobody else listens where the panel is going to
  local port
  for port in "$@"; do
    ! is_taken "$port" ||
      fail "another program listens on port $port; stop it, or let it speak HTTPS for the panel: --web-server" \
        "có chương trình khác đang dùng cổng $port; hãy dừng nó, hoặc để nó phục vụ HTTPS cho panel: --web-server"
  done
}

own_port_is_free() {
  local port
  port=$(local_port)
  ! is_taken "$port" || fail "another program listens on port $port; stop it, or set ROCKET_PORT in $SETTINGS" \
    "có chương trình khác đang dùng cổng $port; hãy dừng nó, hoặc đặt ROCKET_PORT trong $SETTINGS"
}

is_readable() { # by the service, which sees no home folder
  case $1 in /root/* | /home/*) fail "the service sees no home folder, put it elsewhere: $1" "dịch vụ không thấy thư mục home, hãy đặt nơi khác: $1" ;; esac
  $is_dry || runuser -u "$SERVICE_USER" -- test -r "$1" ||
    fail "the user $SERVICE_USER cannot read $1" "người dùng $SERVICE_USER không đọc được $1"
}

is_set() { [ -f "$SETTINGS" ] && grep -q "^$1=." "$SETTINGS"; }

value_of() { # value_of NAME: as the settings have it, without quotes
  [ ! -f "$SETTINGS" ] || sed -n "s/^$1=//p" "$SETTINGS" | tail -n 1 | sed 's/^["'\'']//; s/["'\'']$//'
}

set_to() { # set_to NAME VALUE
  if $is_dry; then printf '+ %s=%s\n' "$1" "$2" && return; fi
  if grep -q "^#\?$1=" "$SETTINGS"; then
    sed -i "s|^#\?$1=.*|$1=$2|" "$SETTINGS"
  else
    printf '%s=%s\n' "$1" "$2" >>"$SETTINGS"
  fi
}

switch_off() { # switch_off NAME...: the lines stay, as those that are off
  local name
  for name in "$@"; do
    ! is_set "$name" || run sed -i "s|^$name=|#$name=|" "$SETTINGS"
  done
}

put_program() { # put_program FILE: in one step, so that no start meets half of it
  run install -d "$(dirname $PROGRAM)"
  run install -m 755 "$1" "$PROGRAM.new"
  run mv -f "$PROGRAM.new" "$PROGRAM"
  if command -v restorecon >/dev/null; then run restorecon "$PROGRAM"; fi
}

service_files() {
  if unit | write "$UNIT" 644; then run systemctl daemon-reload; fi
  command_file | write "$COMMAND" 755 || true
}

address() { # where browsers find it
  local own
  own=$(value_of PUBLIC_URL)
  [ -n "$own" ] || own=$(value_of HTTPS_DOMAIN | sed 's|^\(.\)|https://\1|')
  [ -n "$own" ] || own=http://127.0.0.1:$(value_of ROCKET_PORT | grep . || echo 8000)
  printf '%s' "${own%/}"
}

local_port() { value_of ROCKET_PORT | grep . || echo 8000; }

is_healthy() { # within the time: the panel answers, database included
  local second
  for ((second = 0; second < HEALTH_SECONDS; second++)); do
    if answers; then return 0; fi
    sleep 1
  done
  return 1
}

answers() { # asked by bash itself: a small system has no curl
  local status
  exec 3<>"/dev/tcp/127.0.0.1/$(local_port)" || return 1
  printf 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
  read -r -t 5 _ status _ <&3 || true
  exec 3>&-
  [ "$status" = 200 ]
} 2>/dev/null

installed() {
  local link
  link=$(journalctl --unit=smm-panel --output=cat --since "$1" 2>/dev/null | grep -o '/setup#[^ "]*' | tail -n 1) || true
  say "The panel runs: $(address)" "Panel đang chạy: $(address)"
  if [ -n "$link" ]; then
    say "Make the first admin here, once:" "Tạo quản trị viên đầu tiên tại đây, một lần duy nhất:"
    printf '  %s%s\n' "$(address)" "$link"
  fi
  [ -n "$(value_of HTTPS_DOMAIN)$(value_of PUBLIC_URL)" ] || say \
    "Only this machine reaches it. From yours: ssh -L 8000:127.0.0.1:$(local_port) root@<this machine>" \
    "Chỉ máy này truy cập được. Từ máy của bạn: ssh -L 8000:127.0.0.1:$(local_port) root@<máy này>"
  if [ -n "$(value_of HTTPS_DOMAIN)" ] && [ -z "$(value_of TLS_CERT)" ]; then
    say "The name must lead to this machine, ports 80 and 443 be open: then the certificate is there within a minute." \
      "Tên miền phải trỏ về máy này, cổng 80 và 443 phải mở: khi đó khoảng một phút là có chứng chỉ."
    say "Else it is tried again after 2 minutes, 4 and so on. Meanwhile: ssh -L 8000:127.0.0.1:$(local_port) root@<this machine>, then http://127.0.0.1:8000$link" \
      "Nếu chưa, hệ thống thử lại sau 2 phút, 4 phút... Trong lúc chờ: ssh -L 8000:127.0.0.1:$(local_port) root@<máy này>, rồi mở http://127.0.0.1:8000$link"
  fi
  [ -n "$(value_of HTTPS_DOMAIN)$(value_of PUBLIC_URL)" ] || say \
    "To give it a domain: $(realpath -- "$0") --domain panel.example.vn" \
    "Để đặt tên miền: $(realpath -- "$0") --domain panel.example.vn"
  say "Look at everything: smm-panel doctor" "Kiểm tra toàn bộ: smm-panel doctor"
  [ -z "$(value_of ROCKET_IP_HEADER)" ] || [ -n "$(value_of HTTPS_DOMAIN)$(value_of TLS_CERT)" ] || say \
    "A web server with a certificate stands before it (docs/OPERATIONS.md, \"With Caddy or nginx\")." \
    "Cần một web server có chứng chỉ đứng trước (docs/OPERATIONS.md, \"With Caddy or nginx\")."
  say "Settings: $SETTINGS   Log: journalctl -u smm-panel   Commands: smm-panel --help" \
    "Thiết lập: $SETTINGS   Nhật ký: journalctl -u smm-panel   Lệnh: smm-panel --help"
}

do_install() {
  [ ! -x $PROGRAM ] || say "It is installed already; --upgrade brings a newer program." \
    "Đã được cài trước đó; --upgrade để cài bản mới hơn."
  obtain
  set_up_user
  settings
  # A panel that runs listens there itself.
  systemctl is-active --quiet smm-panel || own_port_is_free
  may_restart
  [ -x $PROGRAM ] || put_program "$scratch/smm-panel"
  service_files
  $is_dry || look_before
  local since
  since=$(date '+%Y-%m-%d %H:%M:%S')
  run systemctl enable --quiet smm-panel
  run systemctl restart smm-panel ||
    fail "it does not start: journalctl -u smm-panel" "panel không khởi động được: journalctl -u smm-panel"
  if $is_dry; then return; fi
  is_healthy || fail "it is not well: $(address)/health" "panel không ổn: $(address)/health"
  installed "$since"
}

look_before() { # says what a start would find amiss; what could not serve is not started
  local is_well=true
  $COMMAND check >"$scratch/found" 2>&1 || is_well=false
  grep -aE '^[^:]+ (FAILS|HỎNG|look|xem lại): ' "$scratch/found" >&2 || true
  $is_well || fail "so it cannot serve: mend $SETTINGS, then run this again" \
    "như vậy không chạy được: hãy sửa $SETTINGS rồi chạy lại lệnh này"
}

# The panel of the service, but with another program.
as_service() { # as_service PROGRAM ARGUMENT...
  sed "s|$PROGRAM|$1|" $COMMAND >"$scratch/command"
  shift
  sh "$scratch/command" "$@"
}

database() {
  local path
  path=$(value_of DATABASE_URL)
  path=${path#sqlite:}
  printf '%s' "${path:-$STATE/panel.db}"
}

do_upgrade() {
  [ -x $PROGRAM ] || fail "it is not installed" "panel chưa được cài"
  obtain
  if $is_dry; then
    say "It would: back up, look at the database with the new program, swap, start, look whether it is well." \
      "Sẽ: sao lưu, xem cơ sở dữ liệu bằng bản mới, thay, khởi động, kiểm tra."
    return
  fi
  local stamp left
  for left in "$(database)".before-*; do
    [ ! -e "$left" ] || say "An earlier upgrade was killed. Its copy of the database: $left; delete it once all is well." \
      "Lần nâng cấp trước bị dừng đột ngột. Bản sao cơ sở dữ liệu của nó: $left; hãy xóa khi mọi thứ đã ổn."
  done
  stamp=$(date +%Y%m%d-%H%M%S)-$$
  before=$(database).before-$stamp
  may_restart
  install -m 755 "$scratch/smm-panel" $PROGRAM.new
  as_service $PROGRAM backup "$STATE/before-upgrade-$stamp.db"
  as_service $PROGRAM.new check || {
    rm -f $PROGRAM.new
    fail "the new program cannot serve this database; nothing was changed" \
      "bản mới không dùng được cơ sở dữ liệu này; chưa có gì thay đổi"
  }
  trap 'fail "ended early; the old program comes back" "bị ngắt; bản cũ sẽ chạy lại"' HUP INT TERM
  trap '' PIPE
  undo=keep_old
  service_files
  systemctl stop smm-panel
  # All is in the one file now, unless somebody else reads it. Until the new program listens nothing can be lost by going
  # back to this copy.
  [ ! -s "$(database)-wal" ] ||
    fail "another program has the database open; stop it first (Litestream, a shell). The old program runs again" \
      "có chương trình khác đang mở cơ sở dữ liệu; hãy dừng nó trước (Litestream, một cửa sổ lệnh). Bản cũ chạy lại"
  cp --preserve=all --reflink=auto --remove-destination -- "$(database)" "$before" ||
    fail "there is no room for a copy of the database; the old program runs again" \
      "không đủ chỗ cho một bản sao cơ sở dữ liệu; bản cũ đang chạy lại"
  cp --preserve=all -- $PROGRAM $PROGRAM.old
  undo=go_back
  mv -f $PROGRAM.new $PROGRAM
  start_once || fail "the new program did not start (journalctl -u smm-panel); program and database are as before" \
    "bản mới không khởi động được (journalctl -u smm-panel); chương trình và cơ sở dữ liệu như trước"
  undo=''
  rm -f -- "$before"
  trap - HUP INT TERM
  is_healthy || sick
  rm -f $PROGRAM.old
  say "Upgraded: $($PROGRAM --version). The backup from before: $STATE/before-upgrade-$stamp.db" \
    "Đã nâng cấp: $($PROGRAM --version). Bản sao lưu trước đó: $STATE/before-upgrade-$stamp.db"
}

keep_old() { # nothing was swapped yet
  rm -f -- "$before" $PROGRAM.new
  systemctl start smm-panel
}

may_restart() { # as its unit says, also after an upgrade that was killed
  [ -f $ONE_ATTEMPT ] || return 0
  run rm -f $ONE_ATTEMPT
  run rmdir --ignore-fail-on-non-empty "$(dirname $ONE_ATTEMPT)"
  run systemctl daemon-reload
}

start_once() { # whether it listened; otherwise it is stopped, and never will
  install -d "$(dirname $ONE_ATTEMPT)"
  printf '[Service]\nRestart=no\n' >$ONE_ATTEMPT
  systemctl daemon-reload
  systemctl start smm-panel &
  if await $! && wait $!; then may_restart && return 0; fi
  systemctl stop smm-panel
  return 1
}

await() { # await STARTING: until that process has ended; not while the panel does nothing
  local second idle=0 worked=0 now
  for ((second = 1; ; second++)); do
    sleep 1
    kill -0 "$1" 2>/dev/null || return 0
    now=$(used_ticks)
    idle=$((idle + 1))
    if [ -z "$now" ]; then idle=0; elif ((now - worked >= WORKED_TICKS)); then idle=0 worked=$now; fi
    if ((idle >= IDLE_SECONDS)); then
      say "It did nothing for $IDLE_SECONDS s." "Bản mới không làm gì trong $IDLE_SECONDS giây."
      return 1
    fi
    ((second % TELL_SECONDS)) || say "Waits for the new version: $second s. Ctrl-C goes back to the old one." \
      "Đang chờ bản mới: $second giây. Ctrl-C để quay lại bản cũ."
  done
}

used_ticks() { # how long the panel has computed; nothing where that cannot be seen
  local stat
  stat=$(cat "/proc/$(systemctl show --property=MainPID --value smm-panel)/stat" 2>/dev/null) || return 0
  read -r -a stat <<<"${stat##*) }"
  printf '%s' $((stat[11] + stat[12]))
}

go_back() { # it never listened, so nothing was acknowledged since the copy
  systemctl stop smm-panel
  may_restart
  rm -f -- "$(database)-wal" "$(database)-shm" $PROGRAM.new
  mv -f -- "$before" "$(database)"
  mv -f $PROGRAM.old $PROGRAM
  systemctl reset-failed smm-panel
  systemctl start smm-panel
}

sick() { # it listened, so money may have moved: the database stays, and the old program comes back if it can read it
  if as_service $PROGRAM.old check >/dev/null; then
    mv -f $PROGRAM.old $PROGRAM
    systemctl restart smm-panel
    fail "the new program was not well; the old one serves the same database again" \
      "bản mới không ổn; bản cũ đang chạy lại trên cùng cơ sở dữ liệu"
  fi
  fail "the new program is not well, and the old one ($PROGRAM.old) cannot read the database any more: journalctl -u smm-panel" \
    "bản mới không ổn, và bản cũ ($PROGRAM.old) không còn đọc được cơ sở dữ liệu: journalctl -u smm-panel"
}

do_uninstall() {
  if [ ! -e $UNIT ] && [ ! -e $PROGRAM ] && ! { $is_purge && [ -e $STATE ]; }; then
    say "Nothing is installed." "Chưa cài gì."
    return
  fi
  ! $is_purge || confirm_purge
  if [ -f $UNIT ]; then
    run systemctl disable --quiet --now smm-panel
    run rm -f $UNIT
    run systemctl daemon-reload
  fi
  run rm -f $PROGRAM $PROGRAM.old $PROGRAM.new $COMMAND
  if $is_purge; then
    run rm -rf $CONFIG $STATE
    if id "$SERVICE_USER" >/dev/null 2>&1; then run userdel "$SERVICE_USER"; fi
  fi
  if $is_dry; then
    say "Nothing was done." "Chưa làm gì cả."
  elif $is_purge; then
    say "Everything is gone, the database too." "Đã xóa tất cả, kể cả cơ sở dữ liệu."
  else
    say "Kept: $STATE (database, backups) and $CONFIG (settings)." \
      "Còn giữ: $STATE (cơ sở dữ liệu, bản sao lưu) và $CONFIG (thiết lập)."
  fi
}

confirm_purge() {
  ! $is_agreed && ! $is_dry || return 0
  $may_ask || fail "--purge deletes the database and its backups; without a terminal to ask at it needs --yes" \
    "--purge xóa cơ sở dữ liệu và các bản sao lưu; không có cửa sổ lệnh để hỏi thì cần --yes"
  local answer
  answer=$(ask "This deletes $STATE, with all orders, all money and every backup there. Type purge to go on:" \
    "Việc này xóa $STATE, gồm mọi đơn hàng, mọi khoản tiền và mọi bản sao lưu ở đó. Gõ purge để tiếp tục:")
  [ "$answer" = purge ] || fail "nothing was deleted" "chưa xóa gì"
}

arguments "$@"
requirements
"do_$action"
