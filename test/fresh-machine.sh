#!/usr/bin/env bash
# A new machine, played: a fresh clone, an empty HOME, nothing but the system's Node and npm. Runs what the README says and uses it.
#   test/fresh-machine.sh            npm ci, npm test, npm start, set-up, sign-in
#   test/fresh-machine.sh --quick    the same without npm test
#   test/fresh-machine.sh [--quick] REPOSITORY    of another checkout than this one
# Ends with "fresh machine: OK" or "fresh machine: failed (where)". Stops and removes only what it started.
set -uo pipefail

quick=false
if [ "${1:-}" = "--quick" ]; then quick=true; shift; fi
source=$(cd "${1:-$(dirname "$0")/..}" && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/muster-fresh-XXXXXX")
server=""
step="beginning"

finish() {
  local code=$?
  if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then kill -TERM -- "-$server" 2>/dev/null; wait "$server" 2>/dev/null; fi
  rm -rf "$place"
  if [ $code -eq 0 ]; then echo "fresh machine: OK"; else echo "fresh machine: failed ($step)"; fi
  exit $code
}
trap finish EXIT
trap 'exit 130' INT TERM

# The system's own programs: no node_modules/.bin, no version managers.
path=$(printf '%s' "$PATH" | tr ':' '\n' | grep -E '^/(usr/(local/)?)?s?bin$' | paste -sd:)
mkdir "$place/home"
clean() {
  local keep=() name
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY npm_config_registry NODE_EXTRA_CA_CERTS SSL_CERT_FILE; do
    if [ -n "${!name:-}" ]; then keep+=("$name=${!name}"); fi
  done
  env -i HOME="$place/home" PATH="$path" LANG=C.UTF-8 "${keep[@]+"${keep[@]}"}" "$@"
}
say() { step=$1; printf '— %s (%ss)\n' "$1" "$SECONDS"; }
must() { "$@" || exit 1; }

say "clone of $source"
must git -c advice.detachedHead=false clone --quiet --no-hardlinks "$source" "$place/muster"
cd "$place/muster" || exit 1
echo "system Node $(clean node --version), npm $(clean npm --version)"

say "npm ci"
must clean npm ci

if ! $quick; then
  say "npm test"
  must clean npm test
fi

say "npm start"
port=$(clean node -e 'const s=require("node:net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
MUSTER_ENV=(MUSTER_PORT="$port" MUSTER_DATA="$place/data")
set -m
clean "${MUSTER_ENV[@]}" npm start >"$place/start.log" 2>&1 &
server=$!
set +m
for _ in $(seq 1 600); do
  if clean node -e "fetch('http://127.0.0.1:$port/health/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"; then break; fi
  if ! kill -0 "$server" 2>/dev/null; then cat "$place/start.log"; exit 1; fi
  sleep 0.5
done
if ! grep -q "/console/setup#" "$place/start.log"; then sleep 1; fi
grep "Set it up here" "$place/start.log" | sed 's/#.*/#…/'

say "set-up by the link, then sign-in"
link=$(sed -n 's|.*\(http://localhost:[0-9]*/console/setup#[A-Za-z0-9_-]*\).*|\1|p' "$place/start.log")
if [ -z "$link" ]; then cat "$place/start.log"; exit 1; fi
cat >"$place/first-steps.mjs" <<'STEPS'
const link = new URL(process.argv[2]);
const { origin } = link;
const words = { email: "ada@nordwerk.example", password: "four unrelated words 71" };
async function ask(method, path, body, headers = {}) {
  const response = await fetch(origin + path, { method, redirect: "manual", headers: { origin, ...(body ? { "content-type": "application/json" } : {}), ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return { response, text, json: () => JSON.parse(text) };
}
for (const [path, sign] of [["/", "<div"], ["/console/", "<div"], ["/console/setup", "<div"]]) {
  const { text } = await ask("GET", path);
  if (!text.includes(sign)) throw new Error(`GET ${path} is no page`);
}
await ask("POST", "/api/appliance/setup", {
  token: link.hash.slice(1), companyName: "Nordwerk", zone: "Europe/Berlin", language: "en", publicUrl: origin, contentUrl: origin.replace("localhost", "127.0.0.1"),
  givenName: "Ada", familyName: "Berg", ...words,
});
const signedIn = await ask("POST", "/api/access/sign-in", { name: words.email, password: words.password });
const cookie = signedIn.response.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
const people = (await ask("GET", "/api/people", undefined, { cookie })).json();
if (people.total !== 1) throw new Error(`expected the first administrator alone, saw ${people.total} people`);
let again = 0;
try { await ask("POST", "/api/appliance/setup", { token: link.hash.slice(1) }); } catch { again = 1; }
if (again !== 1) throw new Error("the set-up link worked twice");
console.log("set up, signed in, one person listed; the link does not work again");
STEPS
must clean node "$place/first-steps.mjs" "$link"

say "stop"
kill -TERM -- "-$server"
wait "$server"
code=$?
server=""
# npm answers a signal with 143, or with Muster's own 0.
if [ $code -ne 0 ] && [ $code -ne 143 ] && [ $code -ne 130 ]; then cat "$place/start.log"; echo "npm start ended with $code"; exit 1; fi
if clean node -e "fetch('http://127.0.0.1:$port/health/live').then(()=>process.exit(0),()=>process.exit(1))"; then echo "the server still answers"; exit 1; fi

say "npx muster verify"
out=$(clean MUSTER_PORT="$port" MUSTER_DATA="$place/data" npx muster verify) || { echo "$out"; exit 1; }
echo "$out" | tail -1
say "done"
exit 0
