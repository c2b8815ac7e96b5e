# What run and test share: which system this is, what it lacks, and the environment in .venv.
# Sourced by bash; it changes nothing until prepare is called.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
LOCK=$ROOT/packaging/requirements.lock

# Read off the libraries that the Qt wheel and its plugins load, on a bare Debian 12.
QT_PACKAGES=(
    libglib2.0-0 libgl1 libegl1 libx11-6 libfontconfig1 libfreetype6 libdbus-1-3 libxkbcommon0 libbrotli1
    libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
    libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1
    libxkbcommon-x11-0 libwayland-client0 libwayland-cursor0 libwayland-egl1
)
PRINT_PACKAGES=(libcups2 cups-client)
# A screen, PDF readers, a real print queue, keyring and database, for the tests alone.
TEST_PACKAGES=(xvfb xauth xdotool poppler-utils cups printer-driver-cups-pdf dbus gnome-keyring postgresql)

say() { printf '%s\n' "$@" >&2; }
stop() { say "$@"; exit 1; }

# Is "$1" a version of at least "$2"?
at_least() { [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

refuse_system() {
    stop "这台电脑是 $1：需要 Debian 12 或更新的系统（或与它同类的系统），Python 3.11 或更新。" \
         "This machine is $1: Debian 12 or newer (or a system based on it) with Python 3.11 or newer is needed."
}

# The wheels in the lock ask for glibc 2.34 on x86_64 and 2.39 on aarch64; there are no others.
check_system() {
    local name=unknown ID='' ID_LIKE='' PRETTY_NAME='' glibc needed
    name="$(uname -s) $(uname -m)"
    [ "$(uname -s)" = Linux ] && [ -r /etc/os-release ] || refuse_system "$name"
    . /etc/os-release
    name="${PRETTY_NAME:-$ID} $(uname -m)"
    case " $ID $ID_LIKE " in *" debian "*) ;; *) refuse_system "$name" ;; esac
    case $(uname -m) in
        x86_64) needed=2.34 ;;
        aarch64) needed=2.39 ;;
        *) refuse_system "$name" ;;
    esac
    glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || refuse_system "$name"
    at_least "${glibc##* }" "$needed" || refuse_system "$name (glibc ${glibc##* } < $needed)"
}

# Prints the first Python of at least 3.11, or nothing.
find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

# Prints those of "$@" that neither are installed nor are provided by what is.
missing_packages() {
    local present name
    present=$(dpkg-query -W -f '${db:Status-Status}|${Package},${Provides}\n' 2>/dev/null |
        sed -n 's/^installed|//p' | tr ',' '\n' | sed 's/^ *//; s/[ (:].*//')
    for name in "$@"; do
        grep -qxF -- "$name" <<<"$present" || printf '%s\n' "$name"
    done
}

# The line to type for the packages "$@"; a Debian whose root has a password comes without sudo.
install_line() {
    local line="apt-get update && apt-get install --no-install-recommends $*"
    if command -v sudo >/dev/null 2>&1; then
        printf '    sudo sh -c "%s"\n' "$line"
    else
        printf '    su -c "%s"\n' "$line"
    fi
}

# Installs the system packages "$@" where that is allowed; says what to type where it is not.
install_packages() {
    local as_root=()
    [ $# -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || stop \
            "系统里还缺几样东西。请运行下面这一行，再重新启动：" \
            "Some system packages are missing. Please type this line, then start again:" \
            "" "$(install_line "$@")"
        as_root=(sudo -n)
    fi
    say "正在安装系统组件 / Installing system packages: $*"
    # Lists may be old or absent; where they cannot be had, apt may still have what is needed.
    "${as_root[@]}" apt-get update -q >&2 || say "apt-get update 没有成功 / failed; 继续 / going on"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "$@" >&2 || stop \
        "系统组件没有装上（原因见上）。联网后请再试，或者自己运行：" \
        "The system packages could not be installed (see above). Try again when online, or type:" \
        "" "$(install_line "$@")"
}

# What the environment was made from; anything else in the stamp means: look again.
wanted_stamp() {
    sha256sum <"$LOCK"
    printf '%s\n' "$ROOT" "$(readlink -f "$VENV/bin/python")"
}

environment_is_ready() {
    [ -x "$VENV/bin/python" ] && [ ! -e "$VENV/.unfinished" ] &&
        [ -r "$VENV/.stamp" ] && [ "$(cat "$VENV/.stamp")" = "$(wanted_stamp)" ]
}

# An unfinished or broken environment is made again from nothing; a whole one is brought up to date.
make_environment() {
    local python=$1
    if [ -e "$VENV/.unfinished" ] || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
        say "正在准备运行环境（第一次需要几分钟）/ Making the environment (a few minutes the first time)"
        rm -rf -- "$VENV"
        mkdir -- "$VENV"
        touch -- "$VENV/.unfinished"
        "$python" -m venv "$VENV" || stop "运行环境没有建成 / python3 -m venv failed"
    fi
    touch -- "$VENV/.unfinished"
    "$VENV/bin/python" -m pip install -q --disable-pip-version-check --no-input \
        --require-hashes --only-binary :all: -r "$LOCK" >&2 || stop \
        "运行环境没有装好（原因见上）。联网后请再运行一次。" \
        "The environment could not be installed (see above). Please run this again when online."
    # The checkout itself is on the path; nothing is built, so nothing is needed to build it.
    printf '%s\n' "$ROOT" >"$("$VENV/bin/python" -c 'import site; print(site.getsitepackages()[0])')/desk_app_checkout.pth"
    printf '#!/bin/sh\nexec "$(dirname -- "$(readlink -f -- "$0")")/python" -P -m desk_app "$@"\n' >"$VENV/bin/desk-app"
    chmod 755 -- "$VENV/bin/desk-app"
    rm -f -- "$VENV"/.packages-*
    wanted_stamp >"$VENV/.stamp"
    rm -- "$VENV/.unfinished"
}

# prepare NAME PACKAGE…: everything that NAME needs is there when it returns. Quick when it was there.
prepare() {
    local name=$1 python missing=()
    shift
    if environment_is_ready && [ "$(cat "$VENV/.packages-$name" 2>/dev/null)" = "$*" ]; then
        return
    fi
    exec 9<"$ROOT/packaging"
    flock 9 # one at a time: a second start waits here for the first one's work
    check_system
    python=$(find_python)
    mapfile -t missing < <(missing_packages "$@")
    if [ -z "$python" ]; then
        missing+=(python3 python3-venv)
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        missing+=("$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
    fi
    install_packages "${missing[@]}"
    python=$(find_python)
    [ -n "$python" ] || refuse_system "$(. /etc/os-release && echo "$PRETTY_NAME"), Python < 3.11"
    environment_is_ready || make_environment "$python"
    printf '%s\n' "$*" >"$VENV/.packages-$name"
    exec 9<&-
}

# Whether a screen answers. A name left over in the environment is not a screen.
has_display() {
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 1
    "$VENV/bin/python" -I - <<'PYTHON'
import os, re, socket, sys

def answers(family, address):
    with socket.socket(family) as sock:
        sock.settimeout(2)
        try:
            sock.connect(address)
        except OSError:
            return False
    return True

wayland = os.environ.get("WAYLAND_DISPLAY", "")
if wayland and answers(socket.AF_UNIX, os.path.join(os.environ.get("XDG_RUNTIME_DIR", "/"), wayland)):
    sys.exit(0)
screen = re.fullmatch(r"(unix|)(.*):(\d+)(\.\d+)?", os.environ.get("DISPLAY", ""))
if not screen:
    sys.exit(1)
host, number = screen[2], int(screen[3])
if host:
    sys.exit(not answers(socket.AF_INET, (host, 6000 + number)))
path = f"/tmp/.X11-unix/X{number}"
sys.exit(not (answers(socket.AF_UNIX, path) or answers(socket.AF_UNIX, "\0" + path)))
PYTHON
}
