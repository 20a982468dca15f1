#!/usr/bin/env bash
# Drives real POP3 and IMAP clients against our server, postoffice, and compares every
# message that they fetch, octet for octet, with what the server had to send.
#
# usage: interop/clients.sh [NAME...]
#   by POP3: poplib curl mpop fetchmail getmail
#   by IMAP: imaplib curl-imap imapclient mbsync fetchmail-imap getmail-imap neomutt aioimaplib imapflow
#   or pop, imap, quick (those that take no time), all (the default)
#
# As root on Debian 12. A missing client is installed with apt-get, pip or npm. Environment:
#   POSTOFFICE  the server             (default: postoffice in target/debug)
#   MAIL_DIR    a folder of .eml files (default: examples/mail)
#   KEEP=1      leaves the temporary directory behind

# shellcheck source=interop/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=interop/clients_imap.sh
. "$here/clients_imap.sh"
postoffice=${POSTOFFICE:-$target/debug/postoffice}

start_postoffice() { # a fresh one for each client, as some delete what they fetched; sets $port and $imap_port
  local i
  [[ -x $postoffice ]] || die "no program $postoffice; build it first, or name one in POSTOFFICE"
  : >"$work/server.out"
  "$postoffice" --listen 127.0.0.1:0 --imap 127.0.0.1:0 --mail "$mail" --user "$user" --password "$pass" \
    >"$work/server.out" 2>"$work/server.log" </dev/null &
  server_pid=$!
  for ((i = 0; i < 100; i++)); do
    kill -0 "$server_pid" 2>/dev/null || die "postoffice has ended"
    port=$(port_of pop3) imap_port=$(port_of imap)
    [[ -z $port || -z $imap_port ]] || return 0
    sleep 0.1
  done
  die "postoffice does not say which ports it has: $(cat "$work/server.out")"
}

port_of() { # port_of PROTOCOL : as postoffice says
  sed -n "s/^$1 listening on 127\.0\.0\.1:\([0-9][0-9]*\)$/\1/p" "$work/server.out"
}

run() { # run LOG COMMAND... : a client, with a home directory of its own and a time limit
  local log=$1 status=0
  shift
  HOME=$work/home FETCHMAILHOME=$work/home timeout 60 "$@" </dev/null >"$log" 2>&1 || status=$?
  [[ $status -ne 0 ]] || return 0
  tail -n 20 "$log" >&2
  die "$label: exit status $status from $1"
}

fetched() { # fetched [--in-order] [--as CLIENT] DIRECTORY : all of them, and as they should be
  local n
  n=$(messages compare "${@:1:$#-1}" "$mail" "${!#}") || die "$label"
  ok "$label" "$n"
}

used() { # used LOG REGEX : the client did say this, rather than fall back to something else
  grep -aEq -- "$2" "$1" || die "$label: the client never sent $2"
}

nothing_new() { # nothing_new DIRECTORY : a further run fetched nothing
  [[ -z $(ls -A "$1") ]] || die "$label: fetched messages again that it had"
}

emptied() { # the client has deleted everything
  local n
  n=$(messages count "$port" "$user" "$pass") || die "$label: poplib cannot log in afterwards"
  [[ $n -eq 0 ]] || die "$label: $n messages are left on the server"
}

client_poplib() {
  python3 "$here/poplib_client.py" "$port" "$user" "$pass" "$mail"
}

client_curl() {
  need_apt curl
  local auth dir n i options pattern
  label='curl list'
  run "$work/curl.log" curl -sS -u "$user:$pass" "pop3://127.0.0.1:$port/" -o "$work/list"
  messages list "$mail" >"$work/list.want"
  diff "$work/list.want" "$work/list" >&2 || die "curl: LIST differs"
  n=$(wc -l <"$work/list.want")
  ok "$label" "$n"
  for auth in APOP PLAIN 'PLAIN --sasl-ir' LOGIN 'LOGIN --sasl-ir' CRAM-MD5; do
    label="curl $(tr '[:upper:]' '[:lower:]' <<<"$auth")"
    options=(--login-options "AUTH=${auth% --sasl-ir}") pattern="^> AUTH ${auth% --sasl-ir}"
    case $auth in
      APOP) options=(--login-options AUTH=+APOP) pattern="^> APOP $user [0-9a-f]{32}" ;;
      *--sasl-ir) options+=(--sasl-ir) pattern+=' [A-Za-z0-9+/=]+' ;;
    esac
    dir=$work/curl-${auth// /}
    mkdir "$dir"
    for ((i = 1; i <= n; i++)); do
      printf 'url = "pop3://127.0.0.1:%d/%d"\noutput = "%s/%04d"\n' "$port" "$i" "$dir" "$i"
    done >"$dir.rc"
    run "$dir.log" curl -sSv -u "$user:$pass" "${options[@]}" -K "$dir.rc"
    used "$dir.log" "$pattern.?$"
    fetched --in-order "$dir"
  done
}

client_mpop() {
  need_apt mpop
  local auth dir pattern
  for auth in user plain cram-md5 apop; do
    label="mpop $auth" dir=$work/mpop-$auth
    mkdir -p "$dir"/{cur,new,tmp}
    cat >"$dir/rc" <<C
account default
host 127.0.0.1
port $port
user $user
password $pass
auth $auth
tls off
pipelining on
received_header off
uidls_file $dir/uidls
delivery maildir $dir
C
    chmod 600 "$dir/rc"
    run "$dir/log" mpop -C "$dir/rc" --debug --keep
    case $auth in
      user) pattern="USER $user" ;;
      apop) pattern="APOP $user" ;;
      *) pattern="AUTH ${auth^^}" ;;
    esac
    used "$dir/log" "^--> $pattern"
    fetched --as mpop "$dir/new"
    rm -f "$dir/new"/*
    run "$dir/log" mpop -C "$dir/rc" --keep
    nothing_new "$dir/new"
  done
  label='mpop delete'
  run "$dir/log" mpop -C "$dir/rc" --only-new=off
  fetched --as mpop "$dir/new"
  emptied
}

client_fetchmail() {
  need_apt fetchmail
  local auth dir settings keep pattern
  for auth in user cram-md5 apop delete; do
    label="fetchmail $auth" dir=$work/fetchmail-$auth keep=keep
    case $auth in
      user) settings='protocol pop3 auth password' pattern="USER $user" ;;
      cram-md5) settings='protocol pop3 auth cram-md5' pattern='AUTH CRAM-MD5' ;;
      apop) settings='protocol apop' pattern="APOP $user" ;;
      delete) settings='protocol pop3' keep=nokeep pattern='DELE 1' ;;
    esac
    fetchmail_rc "$dir" "service $port $settings uidl" "$keep"
    run "$dir/log" fetchmail -f "$dir/rc" -v -v --nosyslog --nodetach
    used "$dir/log" "POP3> $pattern"
    fetched --as fetchmail "$dir/new"
  done
  emptied
}

fetchmail_rc() { # fetchmail_rc DIR SETTINGS keep|nokeep : writes DIR/rc; messages will be in DIR/new
  mkdir -p "$1/new"
  # shellcheck disable=SC2016  # the script expands it
  printf '#!/bin/sh\nexec cat >"$(mktemp %s/new/XXXXXX)"\n' "$1" >"$1/mda"
  chmod 755 "$1/mda"
  cat >"$1/rc" <<C
set no bouncemail
set invisible
poll 127.0.0.1 $2 user "$user" password "$pass"
  sslproto "" fetchall $3 no rewrite mda "$1/mda"
C
  chmod 600 "$1/rc"
}

client_getmail() {
  need_apt getmail6
  local auth dir
  for auth in user apop delete; do
    label="getmail $auth" dir=$work/getmail-$auth
    getmail_rc "$dir" "type = SimplePOP3Retriever
use_apop = $([[ $auth == apop ]] && echo true || echo false)" "$port" \
      "$([[ $auth == delete ]] && echo true || echo false)"
    run "$dir/log" getmail --getmaildir "$dir"
    fetched --as getmail "$dir/mail/new"
    if [[ $auth == user ]]; then
      rm -f "$dir/mail/new"/*
      run "$dir/log" getmail --getmaildir "$dir"
      nothing_new "$dir/mail/new"
    fi
  done
  emptied
}

getmail_rc() { # getmail_rc DIR RETRIEVER PORT true|false : deletes or not; writes DIR/getmailrc; messages will be in DIR/mail/new
  mkdir -p "$1" "$1/mail"/{cur,new,tmp}
  chown -R mail "$1/mail"                 # it never delivers as root
  cat >"$1/getmailrc" <<C
[retriever]
$2
server = 127.0.0.1
port = $3
username = $user
password = $pass
[destination]
type = Maildir
path = $1/mail/
user = mail
[options]
read_all = false
delete = $4
delivered_to = false
received = false
C
}

pop=(poplib curl mpop fetchmail getmail)
imap=(imaplib curl-imap imapclient mbsync fetchmail-imap getmail-imap neomutt aioimaplib imapflow)
quick=("${pop[@]}" imaplib curl-imap imapclient mbsync)
names=()
[[ $# -gt 0 ]] || set -- all
for name in "$@"; do
  case $name in
    pop) names+=("${pop[@]}") ;;
    imap) names+=("${imap[@]}") ;;
    quick) names+=("${quick[@]}") ;;
    all) names+=("${pop[@]}" "${imap[@]}") ;;
    *) names+=("$name") ;;
  esac
done
for name in "${names[@]}"; do
  declare -F "client_$name" >/dev/null || die "no such client: $name"
done
need_apt python3
for name in "${names[@]}"; do
  label=$name
  start_postoffice
  "client_$name"
  stop_server
done
