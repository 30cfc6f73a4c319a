#!/bin/sh
# Installs what the systems suite calls. Says nothing and needs no network where all of it is there.
set -eu

missing=
for pair in setfacl:acl getfacl:acl getfattr:attr setpriv:util-linux slapd:slapd ldapmodify:ldap-utils; do
  # slapd is in sbin, which the path of a user may leave out.
  PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "run as root: apt-get install$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# Installing slapd starts it as a service. policy-rc.d forbids that while we install; one that is there stays.
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
case "$missing" in
  *slapd*)
    # Later starts of the machine leave the service alone as well; the tests run their own.
    if command -v systemctl >/dev/null 2>&1; then systemctl disable --quiet --now slapd >/dev/null 2>&1 || true; fi
    update-rc.d slapd disable >/dev/null 2>&1 || true
    ;;
esac
