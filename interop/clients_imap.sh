# shellcheck shell=bash
# The IMAP clients that clients.sh drives. Source it; do not run it.

client_imaplib() {
  python3 "$here/imaplib_client.py" "$imap_port" "$user" "$pass" "$mail"
}

client_curl-imap() {
  need_apt curl
  local dir n i url=imap://127.0.0.1:$imap_port
  label='curl imap list'
  run "$work/curl.log" curl -sS -u "$user:$pass" "$url/" -o "$work/list"
  printf '* LIST (\\HasNoChildren) "/" INBOX\r\n' | diff - "$work/list" >&2 || die "$label: LIST differs"
  n=$(find "$mail" -name '*.eml' | wc -l)
  ok "$label" "$n"
  label='curl imap plain' dir=$work/curl-imap
  mkdir "$dir"
  for ((i = 1; i <= n; i++)); do
    printf 'url = "%s/INBOX;MAILINDEX=%d"\noutput = "%s/%04d"\n' "$url" "$i" "$dir" "$i"
  done >"$dir.rc"
  run "$dir.log" curl -sSv -u "$user:$pass" --login-options AUTH=PLAIN -K "$dir.rc"
  used "$dir.log" '^> [A-Z0-9]+ AUTHENTICATE PLAIN [A-Za-z0-9+/=]+.?$'    # it takes SASL-IR where that is offered
  fetched --in-order "$dir"

  label='curl imap append'
  head -c 3000000 /dev/urandom | base64 | sed 's/$/\r/' >"$work/new.eml"
  run "$work/curl.log" curl -sS -u "$user:$pass" -T "$work/new.eml" "$url/INBOX"
  run "$work/curl.log" curl -sS -u "$user:$pass" "$url/INBOX;MAILINDEX=$((n + 1))" -o "$work/new.got"
  cmp "$work/new.eml" "$work/new.got" >&2 || die "$label: not what was appended"
  ok "$label" 1
  label='curl imap search'
  run "$work/curl.log" curl -sS -u "$user:$pass" "$url/INBOX?LARGER%201000000" -o "$work/found"
  printf '* SEARCH %d\r\n' "$((n + 1))" | diff - "$work/found" >&2 || die "$label: SEARCH differs"
  ok "$label" 1
}

client_imapclient() {
  need_pip imapclient
  "$python" "$here/imapclient_client.py" "$imap_port" "$user" "$pass" "$mail"
}

client_aioimaplib() {
  need_pip aioimaplib
  "$python" "$here/aioimaplib_client.py" "$imap_port" "$user" "$pass" "$mail"
}

client_imapflow() {
  need_npm imapflow
  label='imapflow fetch, append, search, copy, move, delete'
  mkdir "$work/imapflow"
  cd "$modules"
  run "$work/imapflow.log" node "$here/imapflow_client.mjs" "$imap_port" "$user" "$pass" "$work/imapflow"
  cd - >/dev/null
  fetched --in-order "$work/imapflow"
}

client_mbsync() { # both ways, twice, with changes on both sides
  need_apt isync
  local dir=$work/mbsync round
  mkdir -p "$dir/mail"
  cat >"$dir/rc" <<C
IMAPStore far
Host 127.0.0.1
Port $imap_port
User $user
Pass $pass
SSLType None
AuthMechs LOGIN

MaildirStore near
Path $dir/mail/
Inbox $dir/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
CopyArrivalDate yes
SyncState $dir/state/
C
  mkdir "$dir/state"
  label='mbsync first'
  run "$dir/log" mbsync -c "$dir/rc" -V -a
  cp -r "$dir/mail/INBOX/new" "$dir/got"
  LC_ALL=C sed -i '/^X-TUID: /d' "$dir/got"/*       # so that mbsync finds again what it stored
  fetched --as mbsync "$dir/got"
  for round in once again; do
    label="mbsync both ways, $round"
    sides change "$round" "$dir/mail"
    run "$dir/log" mbsync -c "$dir/rc" -V -a
    ok "$label" "$(sides compare "$round" "$dir/mail")"
  done
}

sides() { # sides change|compare once|again MAILDIR
  python3 "$here/mbsync_sides.py" "$1" "$2" "$3" "$imap_port" "$user" "$pass" || die "$label"
}

client_fetchmail-imap() {
  need_apt fetchmail
  local dir keep
  for keep in keep nokeep; do
    label="fetchmail imap, $keep" dir=$work/fetchmail-imap-$keep
    fetchmail_rc "$dir" "service $imap_port protocol imap auth password" "$keep"
    run "$dir/log" fetchmail -f "$dir/rc" -v -v --nosyslog --nodetach
    used "$dir/log" 'IMAP> A[0-9]+ FETCH 1 '
    fetched --as fetchmail "$dir/new"
  done
  emptied
}

client_getmail-imap() {
  need_apt getmail6
  local dir delete
  for delete in false true; do
    label="getmail imap, delete = $delete" dir=$work/getmail-imap-$delete
    getmail_rc "$dir" "type = SimpleIMAPRetriever" "$imap_port" "$delete"
    run "$dir/log" getmail --getmaildir "$dir"
    fetched --as getmail-imap "$dir/mail/new"
    rm -f "$dir/mail/new"/*
    run "$dir/log" getmail --getmaildir "$dir"
    nothing_new "$dir/mail/new"
  done
  emptied
}

client_neomutt() { # lists, fetches, flags, saves to another mailbox, which stores, marks and expunges; and fetches that
  need_apt neomutt
  local dir=$work/neomutt url=imap://127.0.0.1:$imap_port
  mkdir -p "$dir"
  cat >"$dir/rc" <<C
set imap_user=$user imap_pass=$pass ssl_starttls=no ssl_force_tls=no
set folder=$url spoolfile=$url/INBOX record='' postponed='' mbox_type=Maildir header_cache='' message_cachedir=''
set confirmcreate=no confirmappend=no delete=yes move=no quit=yes auto_tag=yes mark_old=no wait_key=no sleep_time=0
set debug_level=2 debug_file=$dir/debug
C
  label='neomutt fetch'
  neomutt "$url/INBOX" "<tag-pattern>~A<enter><copy-message>$dir/first<enter><flag-message><quit>"
  used "$dir/debug0" 'UID STORE 1:[0-9]+ \+FLAGS.SILENT \(.Flagged\)'
  fetched --as neomutt "$dir/first"
  label='neomutt save'
  neomutt "$url/INBOX" "<tag-pattern>~F<enter><save-message>=Archive<enter><sync-mailbox><quit>"
  used "$dir/debug0" 'CREATE "Archive"'
  used "$dir/debug0" 'EXPUNGE'
  emptied
  neomutt "$url/Archive" "<tag-pattern>~F<enter><copy-message>$dir/second<enter><quit>"
  fetched --as neomutt "$dir/second"
}

neomutt() { # neomutt URL KEYS : at a terminal, which it wants
  run "$dir/log" script -qec "stty rows 40 cols 120; TERM=xterm command neomutt -n -F '$dir/rc' -f '$1' -e 'push \"$2\"'" "$dir/tty"
}
