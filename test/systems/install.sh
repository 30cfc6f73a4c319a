#!/bin/sh
# Installs what the systems suite calls. Says nothing and needs no network where all of it is there.
set -eu

missing=
for pair in setfacl:acl getfacl:acl getfattr:attr setpriv:util-linux slapd:slapd ldapmodify:ldap-utils \
  smbd:samba smbclient:smbclient clamd:clamav-daemon pdftohtml:poppler-utils prlimit:util-linux \
  tesseract:tesseract-ocr; do
  # slapd and smbd are in sbin, which the path of a user may leave out.
  PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
# The module that keeps Windows lists has no command to look for.
find /usr/lib/*/samba/vfs -name acl_xattr.so 2>/dev/null | grep -q . || missing="$missing samba-vfs-modules"
# Nor have the data of a language.
find /usr/share/tesseract-ocr -name ita.traineddata 2>/dev/null | grep -q . || missing="$missing tesseract-ocr-ita"
# Nor have the parts of a domain controller.
[ -e /usr/share/samba/setup/provision.ldif ] || missing="$missing samba-ad-provision"
find /usr/lib/*/samba/ldb -name samldb.so 2>/dev/null | grep -q . || missing="$missing samba-dsdb-modules"
command -v samba-tool >/dev/null 2>&1 || missing="$missing samba-common-bin python3-samba"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "run as root: apt-get install$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# Installing slapd or samba starts it as a service. policy-rc.d forbids that while we install; one that is there stays.
policy=
if [ ! -e /usr/sbin/policy-rc.d ]; then
  policy=/usr/sbin/policy-rc.d
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
trap 'rm -f "$log" $policy' EXIT
# shellcheck disable=SC2086 # the names are to be split
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
# Later starts of the machine leave the services alone as well; the tests run their own.
disable() {
  if command -v systemctl >/dev/null 2>&1; then systemctl disable --quiet --now "$1" >/dev/null 2>&1 || true; fi
  update-rc.d "$1" disable >/dev/null 2>&1 || true
}
case "$missing" in *slapd*) disable slapd ;; esac
case "$missing" in *clamav*) disable clamav-daemon && disable clamav-freshclam ;; esac
case "$missing " in *" samba "*) disable smbd && disable nmbd && disable samba-ad-dc ;; esac
