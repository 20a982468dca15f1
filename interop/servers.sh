#!/usr/bin/env bash
# Runs our client, collect, against real POP3 servers, and compares every message that
# it stores, octet for octet, with what Python's poplib gets from the same server; and
# against Dovecot's IMAP, where the standard is what is in the files. Our IMSP client
# walks through what Cyrus imspd does, and postoffice.
#
# usage: interop/servers.sh [NAME...]
#        dovecot popa3d solid-pop3d mailutils dovecot-imap cyrus-imsp postoffice-imsp
#        quick (one for each protocol), all (the default)
#
# As root on Debian 12. A missing server is installed, or only unpacked, with apt-get.
# Environment:
#   COLLECT     the client             (default: collect in target/debug)
#   IMSP        the client for IMSP    (default: examples/imsp in target/debug)
#   POSTOFFICE  our server             (default: postoffice in target/debug)
#   MAIL_DIR    a folder of .eml files (default: examples/mail)
#   KEEP=1      leaves the temporary directory behind

# shellcheck source=interop/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
collect=${COLLECT:-$target/debug/collect}
imsp=${IMSP:-$target/debug/examples/imsp}
postoffice=${POSTOFFICE:-$target/debug/postoffice}

# Each server: prepare_NAME installs it and sets $auths; start_NAME starts it on $port
# with all of the mail, below $state.

prepare_dovecot() {
  need_apt dovecot-pop3d
  auths=(user apop plain cram-md5)
}

start_dovecot() { # start_dovecot [PROTOCOL] : a Maildir with CRLF line ends: serves the files as they are
  local uid gid protocol=${1:-pop3}
  uid=$(id -u mail) gid=$(id -g mail)
  mkdir -p "$state/run" "$state/home"
  echo "$user:{PLAIN}$pass:$uid:$gid::$state/home::" >"$state/passwd"
  chown mail "$state/home"
  seed_maildir "$state/home/Maildir" mail
  cat >"$state/dovecot.conf" <<C
base_dir = $state/run
state_dir = $state/run
log_path = $work/server.log
ssl = no
protocols = $protocol
listen = 127.0.0.1
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 apop
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
service $protocol-login {
  chroot =
  inet_listener $protocol {
    port = $port
  }
  inet_listener ${protocol}s {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
passdb {
  driver = passwd-file
  args = $state/passwd
}
userdb {
  driver = passwd-file
  args = $state/passwd
}
C
  start_server dovecot -F -c "$state/dovecot.conf"
}

prepare_popa3d() {
  need_apt libpam0g
  need_unpacked popa3d
  need_account popa3d
  need_dir /var/lib/popa3d                # its chroot
  need_login
  auths=(user)
}

start_popa3d() { # an mbox, always /var/mail/USER
  mkdir "$state/spool"
  seed_mbox "$state/spool/$user" "$user:mail"
  chgrp mail "$state/spool"
  chmod 2775 "$state/spool"
  in_private "mount --bind '$state/spool' /var/mail" \
    python3 "$here/inetd.py" "$port" "$unpacked/usr/sbin/popa3d"
}

prepare_solid-pop3d() {
  need_apt libpam0g liblockfile1
  need_unpacked solid-pop3d
  need_account spop3d
  need_login
  auths=(user apop)
}

start_solid-pop3d() { # a Maildir with LF line ends; rejects a file without a final newline
  mkdir "$state/bulletins" "$state/home"
  seed_maildir "$state/home/Maildir" "$user" lf
  # its APOP secrets are in the home directory, with every bit inverted
  python3 -c 'import sys; print("APOPSecret", bytes(255 - c for c in sys.argv[1].encode()).hex())' \
    "$pass" >"$state/home/.spop3d"
  chmod 600 "$state/home/.spop3d"
  chown -R "$user" "$state/home"
  cat >"$state/spop3d.conf" <<C
<Global>
  MailDropName      "$state/home/Maildir"
  MailDropType      maildir
  AllowAPOP         yes
  BulletinDirectory "$state/bulletins"
</Global>
C
  in_private "mount --bind '$state/home' '$login_home'" \
    python3 "$here/inetd.py" "$port" "$unpacked/usr/sbin/solid-pop3d" -f "$state/spop3d.conf"
}

prepare_mailutils() {
  need_apt mailutils-pop3d
  need_login
  auths=(user apop)
}

start_mailutils() { # an mbox; the first session adds X-IMAPbase and X-UID fields to it when it ends
  mkdir "$state/spool"
  seed_mbox "$state/spool/$user" "$user"
  chmod 1777 "$state/spool"
  popauth --add --user="$user" --password="$pass" --file="$state/apop.db"
  cat >"$state/pop3d.conf" <<C
mailbox { mail-spool "$state/spool"; mailbox-type mbox; };
logging { syslog no; };
apop-database-file "$state/apop.db";
C
  start_server python3 "$here/inetd.py" "$port" pop3d --config-file="$state/pop3d.conf" --inetd
}

# ---- what is done with each ----------------------------------------------

start() { # a fresh maildrop; one session before all others, as some servers change the messages in it
  state=$work/$name
  rm -rf "$state"
  mkdir "$state"
  free_port
  "start_$name"
  wait_port
  ask_poplib
}

ask_poplib() { # what the server serves right now, into $work/want
  local n
  rm -rf "$work/want"
  n=$(messages fetch "$port" "$user" "$pass" "$work/want") || die "$label: poplib fails"
  [[ $n -eq $total ]] || die "$label: poplib gets $n messages, not $total"
}

collect() { # collect MAILDIR OPTION...
  local dir=$1 scheme=pop3 status=0
  shift
  [[ $name != *-imap ]] || scheme=imap
  timeout 60 "$collect" --server "$scheme://127.0.0.1:$port" --user "$user" --password "$pass" \
    --maildir "$dir" "$@" </dev/null >"$work/collect.log" 2>&1 || status=$?
  [[ $status -ne 0 ]] || return 0
  tail -n 20 "$work/collect.log" >&2
  die "$label: exit status $status from collect"
}

fetched() { # fetched MAILDIR : all that the server had, and as it had it; sets $count
  [[ -z $(ls -A "$1/tmp") ]] || die "$label: files left in $1/tmp"
  rm -rf "$work/got"
  mkdir "$work/got"
  find "$1/cur" "$1/new" -type f -exec cp -t "$work/got" {} +
  count=$(messages compare "$work/want" "$work/got") || die "$label"
  # Dovecot serves what is in the files, so what poplib says is not all we have to go by
  [[ $name != dovecot ]] || messages compare "$mail" "$work/got" >/dev/null || die "$label"
}

files() { (cd "$1" && find cur new -type f | sort); }

emptied() {
  local n
  n=$(messages count "$port" "$user" "$pass") || die "$label: poplib cannot log in afterwards"
  [[ $n -eq 0 ]] || die "$label: $n messages are left on the server"
}

check_server() {
  local auth dir before
  start
  for auth in "${auths[@]}"; do
    label="$name $auth" dir=$work/maildir-$name-$auth
    ask_poplib
    collect "$dir" --auth "$auth"
    fetched "$dir"
    before=$(files "$dir")
    collect "$dir" --auth "$auth"
    [[ $(files "$dir") == "$before" ]] || die "$label: the second run stored messages again"
    ok "$label" "$count"
  done
  label="$name delete what was fetched"
  collect "$dir" --auth "$auth" --delete
  emptied
  [[ $(files "$dir") == "$before" ]] || die "$label: stored messages again"
  ok "$label" "$count"
  stop_server

  start
  label="$name fetch and delete" dir=$work/maildir-$name-delete
  ask_poplib
  collect "$dir" --auth user --delete
  fetched "$dir"
  emptied
  ok "$label" "$count"
  stop_server
}

prepare_dovecot-imap() {
  need_apt dovecot-imapd
}

start_dovecot-imap() { # and a message of 50 MB
  {
    printf 'Subject: large\r\n\r\n'
    head -c 39000000 /dev/urandom | base64 | sed 's/$/\r/'
  } >"$work/large.eml"
  mkdir -p "$state/home/Maildir/cur"
  mv "$work/large.eml" "$state/home/Maildir/cur/1704200000.M1P1.interop:2,"
  start_dovecot imap
}

sums() { # sums DIRECTORY... : of all files in them
  find "$@" -type f -name '*.*' -exec sha256sum {} + | cut -c 1-64 | sort
}

check_imap() {
  local auth dir large
  state=$work/$name
  rm -rf "$state"
  mkdir "$state"
  free_port
  "start_$name"
  wait_port
  sums "$state/home/Maildir/cur" >"$work/want.sums"
  for auth in user plain; do
    label="$name $auth" dir=$work/maildir-$name-$auth
    collect "$dir" --auth "$auth"
    same_sums "$dir"
  done

  label="$name append 50 MB, fetch them again"
  large=$(find "$dir/new" -size +50000000c)
  [[ -f $large ]] || die "$label: the large message is not there"
  collect "$dir" --append "$large"
  { cat "$work/want.sums"; sha256sum <"$large" | cut -c 1-64; } | sort >"$work/want.more"
  mv "$work/want.more" "$work/want.sums"
  same_sums "$dir"

  label="$name delete what was fetched"
  collect "$dir" --delete
  [[ -z $(find "$state/home/Maildir/cur" "$state/home/Maildir/new" -type f) ]] || die "$label: some are left"
  same_sums "$dir"
  stop_server
}

same_sums() { # same_sums MAILDIR : exactly what is wanted is there
  sums "$1/new" | diff "$work/want.sums" - >&2 || die "$label: other messages"
  ok "$label" "$(wc -l <"$work/want.sums")"
}

prepare_cyrus-imsp() { # SASL reads the passwords from a file of its own
  need_apt cyrus-imspd sasl2-bin libsasl2-modules
}

start_cyrus-imsp() { # port 406 of all interfaces, and /var/lib/imsp: of networks and mounts of its own
  local realm
  for realm in localhost "$(hostname)" "$(hostname -f 2>/dev/null || hostname)"; do
    printf '%s' "$pass" | saslpasswd2 -c -p -f "$state/sasldb2" -u "$realm" "$user"
  done
  mkdir "$state/imsp"
  cat >"$state/imsp/options" <<C
common.date R 
common.domain R example.com
imsp.create.new.users N +
imsp.create.policy N parent
imsp.sasl.allowplaintext N +
imsp.sasl.pwcheck_method N auxprop
imsp.sasl.auxprop_plugin N sasldb
imsp.sasl.sasldb_path N $state/sasldb2
imsp.sasl.sasldb.sasldb_path N $state/sasldb2
imsp.user.quota R 1000
C
  # it goes into the background, and ends with the processes around it
  start_server unshare --mount --pid --fork --kill-child --mount-proc --propagation private \
    bash -c "mount --bind '$state/imsp' /var/lib/imsp && exec \"\$@\"" private \
    python3 "$here/loopback.py" "$port" 406 /usr/sbin/cyrus-imspd -p 406
}

prepare_postoffice-imsp() {
  [[ -x $postoffice ]] || die "no program $postoffice; build it first, or name one in POSTOFFICE"
}

start_postoffice-imsp() {
  start_server "$postoffice" --listen 127.0.0.1:0 --imsp "127.0.0.1:$port" --user "$user" --password "$pass"
}

check_imsp() {
  [[ -x $imsp ]] || die "no program $imsp; build it first, or name one in IMSP"
  state=$work/$name
  rm -rf "$state"
  mkdir "$state"
  free_port
  "start_$name"
  wait_port
  timeout 120 "$imsp" "127.0.0.1:$port" "$user" "$pass" >"$work/imsp.log" 2>&1 ||
    { cat "$work/imsp.log" >&2; die "$label"; }
  sed "s/^ok/ok   $name/" "$work/imsp.log"
  stop_server
}

names=("$@")
case ${1:-all} in
  all) names=(dovecot popa3d solid-pop3d mailutils dovecot-imap cyrus-imsp postoffice-imsp) ;;
  quick) names=(dovecot dovecot-imap cyrus-imsp postoffice-imsp) ;;
esac
for name in "${names[@]}"; do
  declare -F "start_$name" >/dev/null || die "no such server: $name"
done
[[ -x $collect ]] || die "no program $collect; build it first, or name one in COLLECT"
need_apt python3
total=$(find "$mail" -name '*.eml' | wc -l)
for name in "${names[@]}"; do
  label=$name
  "prepare_$name"
  case $name in
    *-imap) check_imap ;;
    *-imsp) check_imsp ;;
    *) check_server ;;
  esac
done
