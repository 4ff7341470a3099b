#!/usr/bin/env bash
# The page of `ferry status` in a browser: it draws itself, without an error and without loading anything.
# usage: status_page_test.sh FERRY_PROGRAM SOURCE_DIR
set -euo pipefail
ferry=$1
source_dir=$2
here=$source_dir/tests/lint
# shellcheck source=/dev/null
source "$here/project.sh"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[[ -n $chromium ]] || { echo "skipped: there is no chromium; install it with apt-get install chromium"; exit 77; }

root=$(mktemp -d)
trap 'rm -rf -- "$root"' EXIT
make_project "$root" "$source_dir"
cd -- "$root"

fail() { echo "$1"; exit 1; }

# Opens a page, with what the browser says in browser.log.
browse() {  # browse PAGE WIDTH,HEIGHT OPTION...
  local page=$1 size=$2
  shift 2
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$root/profile" --enable-logging=stderr --v=0 \
    --window-size="$size" "$@" "file://$root/$page" 2>browser.log || { cat browser.log; fail "the browser failed"; }
}
has_complaints() { grep -qE '(CONSOLE|Uncaught|net::ERR)' browser.log; }

# A page with an error is noticed: else nothing here means anything. A browser that does not run here at all tests
# nothing.
printf '<!doctype html><script>throw new Error("seen")</script>' >broken.html
browse broken.html 300,200 --screenshot=broken.png || { echo "skipped: this browser does not run here"; exit 77; }
has_complaints || fail "an error in a page is not noticed"

# The project with a history of two commits.
rm -rf .git
git init -q .
printf 'build/\nprofile/\n*.html\n*.png\n*.log\n' >.gitignore
git add -A
git -c user.name=t -c user.email=t@localhost -c commit.gpgsign=false commit -q -m 'Before </script> "quotes" & <b>'
sed -i 's/api::delay(1)/api::rest(1)/' src/a.cpp
git -c user.name=t -c user.email=t@localhost -c commit.gpgsign=false commit -q -a -m after
"$ferry" status --no-cache --history 5 --format html -o page.html
grep -qE '(src|href)="?https?:|url\(|@import' page.html && fail "the page loads something"

# What the script has made.
browse page.html 1280,1800 --dump-dom >dom.html
has_complaints && { cat browser.log; fail "the page complains"; }
for drawn in 'class="number"' 'class="area area-' 'class="dot"' 'class="cell' '<td' 'aria-sort="descending"'; do
  grep -qF -- "$drawn" dom.html || fail "the page has no $drawn"
done

# Neither wide nor narrow, light nor dark, is the picture empty: it has many colours, and none takes nearly all of it.
check_picture() {
  /usr/bin/env python3 - "$1" <<'CODE'
import collections, struct, sys, zlib
data = open(sys.argv[1], "rb").read()
at, packed = 8, b""
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    if kind == b"IHDR":
        width, height, depth, colour = struct.unpack(">IIBB", body[:10])
    if kind == b"IDAT":
        packed += body
    at += 12 + length
size = {2: 3, 6: 4}[colour]
assert depth == 8
raw, stride, before = zlib.decompress(packed), width * size, bytearray(width * size)
colours = collections.Counter()
for row in range(height):
    begin = row * (stride + 1)
    filtered, line = raw[begin], bytearray(raw[begin + 1:begin + 1 + stride])
    for i in range(stride):
        left = line[i - size] if i >= size else 0
        up, corner = before[i], before[i - size] if i >= size else 0
        if filtered == 1: line[i] = (line[i] + left) & 255
        elif filtered == 2: line[i] = (line[i] + up) & 255
        elif filtered == 3: line[i] = (line[i] + (left + up) // 2) & 255
        elif filtered == 4:
            near = min((abs(up - corner), 0, left), (abs(left - corner), 1, up), (abs(left + up - 2 * corner), 2, corner))
            line[i] = (line[i] + near[2]) & 255
    for i in range(0, stride, size * 3):
        colours[bytes(line[i:i + 3])] += 1
    before = line
most = colours.most_common(1)[0][1] / sum(colours.values())
print(f"{sys.argv[1]}: {width}x{height}, {len(colours)} colours, the commonest takes {most:.0%}")
sys.exit(len(colours) < 20 or most > 0.9)
CODE
}
for look in light dark; do
  dark=()
  [[ $look == light ]] || dark=(--blink-settings=preferredColorScheme=0)
  for size in 900,900 400,900; do
    browse page.html "$size" "${dark[@]}" --screenshot="$look-$size.png"
    has_complaints && { cat browser.log; fail "the page complains"; }
    check_picture "$look-$size.png" || fail "$look-$size.png is nearly empty"
  done
done
