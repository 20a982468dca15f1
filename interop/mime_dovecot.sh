#!/usr/bin/env bash
# Compares what our dissector says of messages with what Dovecot says: octets of headers and parts, ENVELOPE, BODYSTRUCTURE.
# No server is started: Dovecot's imap speaks on two pipes, on a mailbox of its own that holds the files as they are.
#
# usage: interop/mime_dovecot.sh FILE...
#        COMPARE=serve_dovecot interop/mime_dovecot.sh FILE...    what IMAP tells of them, octet for octet
#
# As root on Debian 12; dovecot-imapd is installed if it is missing. Environment:
#   SCOPE       the dissector          (default: examples/scope in target/release)
#   KEEP=1      leaves the temporary directory behind

# shellcheck source=interop/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
scope=${SCOPE:-$target/release/examples/scope}
[[ $# -gt 0 ]] || die "no messages"
[[ -x $scope ]] || die "no program $scope; build it first, or name one in SCOPE"
need_apt dovecot-imapd

maildir=$work/home/Maildir
mkdir -p "$maildir"/{cur,new,tmp}
n=0
for file in "$@"; do
  n=$((n + 1))
  echo "$file"
  echo "$maildir/cur/$((1704110400 + n)).M1P1.interop:2,"
done | xargs -d '\n' -n 2 cp
chown -R mail:mail "$work/home"
cat >"$work/dovecot.conf" <<C
base_dir = $work/run
state_dir = $work/run
log_path = $work/server.log
ssl = no
protocols = imap
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:$maildir
C
touch "$work/server.log"
chown mail "$work/server.log"
HOME=$work/home USER=mail python3 "$here/${COMPARE:-mime_dovecot}.py" "$scope" "$work/dovecot.conf" mail "$@"
