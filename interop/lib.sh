# shellcheck shell=bash
# Helpers for clients.sh and servers.sh. Source it; do not run it.
#
# Made for Debian 12, as root, best in a throw-away container. What is missing is
# installed with apt-get; no system service is started, everything listens on
# 127.0.0.1 only, and all state is in a fresh temporary directory, $work, which
# is removed at the end (KEEP=1 keeps it).

set -euo pipefail
export DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 PATH=$PATH:/usr/sbin:/sbin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
mail=${MAIL_DIR:-$root/examples/mail}
user=mrose pass=tanstaaf

say() { echo "$*" >&2; }
die() { say "FAIL $*"; exit 1; }
ok() { printf 'ok   %s (%s messages)\n' "$1" "$2"; }

[[ $(id -u) -eq 0 ]] || die "run this as root: it installs packages and starts servers"
[[ -d $mail ]] || die "no such directory: $mail"
mail=$(cd "$mail" && pwd)
work=$(mktemp -d /tmp/interop.XXXXXX)      # short: Unix sockets are made below it
chmod 755 "$work"
mkdir "$work/home"

# ---- cleaning up ---------------------------------------------------------

server_pid=             # the one server that runs now
accounts=() dirs=()     # what was made outside $work, to be removed again

stop_server() {
  [[ -n $server_pid ]] || return 0
  local i
  kill "$server_pid" 2>/dev/null || true
  for ((i = 0; i < 50; i++)); do
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}

cleanup() {
  local status=$? a
  trap - EXIT
  set +e
  if [[ $status -ne 0 && -s $work/server.log ]]; then
    say "last lines of the server's log:"
    tail -n 20 "$work/server.log" >&2
  fi
  stop_server
  for a in "${accounts[@]}"; do userdel "$a" 2>/dev/null || userdel -f "$a" 2>/dev/null; done
  for a in "${dirs[@]}"; do rmdir "$a" 2>/dev/null; done
  if [[ -n ${KEEP:-} ]]; then say "kept $work"; else rm -rf "$work"; fi
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- packages and accounts -----------------------------------------------

apt_get() { # apt_get ARGUMENT... : once more with fresh package lists when it fails
  apt-get -qq -o DPkg::Lock::Timeout=120 "$@" >"$work/apt.log" 2>&1 && return
  apt-get -qq update >>"$work/apt.log" 2>&1 &&
    apt-get -qq -o DPkg::Lock::Timeout=120 "$@" >>"$work/apt.log" 2>&1 && return
  tail -n 20 "$work/apt.log" >&2
  die "apt-get $*"
}

need_apt() { # need_apt PACKAGE... : install what is missing
  local p made='' missing=()
  for p in "$@"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  say "installing ${missing[*]}"
  if [[ ! -e /usr/sbin/policy-rc.d ]]; then   # tells packages not to start services
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    made=1
  fi
  # in a subshell, so that the file goes away even when apt-get fails
  local status=0
  (apt_get -y --no-install-recommends --no-remove install "${missing[@]}") || status=$?
  [[ -z $made ]] || rm -f /usr/sbin/policy-rc.d
  [[ $status -eq 0 ]] || exit "$status"
}

need_unpacked() { # need_unpacked PACKAGE : its files below $unpacked, not installed
  # Debian's small POP3 servers conflict with every other one; unpacked they can
  # be used side by side, and the machine's own /etc stays as it is.
  unpacked=$target/interop/$1
  [[ ! -e $unpacked/.done ]] || return 0
  say "unpacking $1"
  rm -rf "$unpacked" "$work/deb"
  mkdir -p "$unpacked" "$work/deb"
  pushd "$work/deb" >/dev/null
  apt_get -o APT::Sandbox::User=root download "$1"
  popd >/dev/null
  dpkg -x "$work/deb/$1"_*.deb "$unpacked"
  touch "$unpacked/.done"
}

need_pip() { # need_pip PACKAGE : from PyPI, below target; sets $python
  local venv=$target/interop/python
  python=$venv/bin/python
  [[ -x $python ]] || { need_apt python3-venv; /usr/bin/python3 -m venv "$venv"; }
  ! "$python" -c "import $1" 2>/dev/null || return 0
  say "installing $1 from PyPI"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$1" >"$work/pip.log" 2>&1 ||
    { tail -n 20 "$work/pip.log" >&2; die "pip install $1"; }
}

need_npm() { # need_npm PACKAGE : from npm, below target; sets $modules, where it is found
  modules=$target/interop/node
  [[ ! -d $modules/node_modules/$1 ]] || return 0
  command -v npm >/dev/null || need_apt nodejs npm
  say "installing $1 from npm"
  mkdir -p "$modules"
  npm install --prefix "$modules" --silent --no-audit --no-fund "$1" >"$work/npm.log" 2>&1 ||
    { tail -n 20 "$work/npm.log" >&2; die "npm install $1"; }
}

need_account() { # need_account NAME [HOME] : a system account without a shell, for this run
  ! id "$1" >/dev/null 2>&1 || return 0
  accounts+=("$1")
  useradd --system --no-create-home --home-dir "${2:-/nonexistent}" --shell /usr/sbin/nologin "$1"
}

need_login() { # the account mrose with its password, for servers that know only system accounts; sets $login_home
  if ! id "$user" >/dev/null 2>&1; then
    need_account "$user" "$work/login"
    echo "$user:$pass" | chpasswd
  fi
  mkdir -p "$work/login"
  chown "$user" "$work/login"
  # shellcheck disable=SC2034  # servers.sh uses it
  login_home=$(getent passwd "$user" | cut -d : -f 6)
}

need_dir() { # need_dir DIRECTORY : for this run
  [[ ! -d $1 ]] || return 0
  dirs+=("$1")
  mkdir -p "$1"
}

# ---- servers -------------------------------------------------------------

free_port() { # sets $port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

start_server() { # start_server COMMAND... : in the background, its output in $work/server.log
  : >"$work/server.log"
  "$@" >>"$work/server.log" 2>&1 </dev/null &
  server_pid=$!
}

in_private() { # in_private "MOUNT COMMANDS" COMMAND... : like start_server, with mounts that only it sees
  # shellcheck disable=SC2016  # the inner shell expands it
  start_server unshare --mount --propagation private \
    bash -c 'set -e; eval "$1"; shift; exec "$@"' private "$@"
}

wait_port() { # until something answers on $port
  local i
  for ((i = 0; i < 150; i++)); do
    kill -0 "$server_pid" 2>/dev/null || die "the server has ended"
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
    sleep 0.1
  done
  die "nothing answers on port $port"
}

# ---- mail ----------------------------------------------------------------

seed_maildir() { # seed_maildir MAILDIR OWNER [lf] : the files of $mail, in order; octet for octet or with LF
  local f n=0 dst
  mkdir -p "$1"/{cur,new,tmp}
  for f in "$mail"/*.eml; do
    n=$((n + 1)) dst=$1/cur/$((1704110400 + n)).M${n}P1.interop:2,
    if [[ ${3:-} == lf ]]; then
      LC_ALL=C sed 's/\r$//' "$f" >"$dst"
      [[ -z $(tail -c 1 "$dst") ]] || echo >>"$dst"
    else
      cp "$f" "$dst"
    fi
    chmod 600 "$dst"
    touch -d "@$((1704110400 + n))" "$dst"
  done
  chown -R "$2" "$1"
}

seed_mbox() { # seed_mbox FILE OWNER : LF line ends, "From " quoted, an empty line after each header and message
  local f
  for f in "$mail"/*.eml; do
    echo 'From seed@example.com Mon Jan  1 12:00:00 2024'
    LC_ALL=C sed 's/\r$//; s/^>*From />&/' "$f"
    [[ -z $(tail -c 1 "$f") ]] || echo
    LC_ALL=C grep -q $'^\r\\?$' "$f" || echo
    echo
  done >"$1"
  chown "$2" "$1"
  chmod 660 "$1"
}

messages() { /usr/bin/python3 "$here/messages.py" "$@"; }   # the Python that getmail runs on
