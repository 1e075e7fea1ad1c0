#!/usr/bin/env bash
# Set the course up: .venv with the locked dependencies, .box with those of the submissions, and
# the system packages.
#
#   PYTHON=python3.12 VENV=/some/where BOX=/some/where/else tools/setup.sh
#
# A sandbox mounts .box read-only and has no home to write to, so all that a first run would write
# is written here: bytecode, and Matplotlib's list of fonts. MPLCONFIGDIR is .box/matplotlib; but
# Matplotlib refuses a folder that it may not write to, so where .box is read-only MPLCONFIGDIR is
# a writable folder with the files of .box/matplotlib mounted or copied into it.
#
# Running it again takes a moment and changes nothing. Every failure is one sentence.
set -euo pipefail
cd "$(dirname "$0")/.."

VENV=${VENV:-.venv}
BOX=${BOX:-.box}
STAMP=$VENV/setup.sha256
BOX_STAMP=$BOX/setup.sha256
readonly INSTALL_GB=8 # torch and torchvision are CUDA builds and take 5.9 GB of it
readonly FONT=/usr/share/fonts/truetype/wqy/wqy-microhei.ttc

say() { printf 'setup: %s\n' "$*"; }
fail() {
  say "$*" >&2
  exit 1
}

version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  local remedy="install Python 3.11 or later (on Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv) or name one with make PYTHON=/path/to/python3.11"
  if [[ -n ${PYTHON:-} ]]; then
    version_of "$PYTHON" >/dev/null || fail "PYTHON=$PYTHON does not run; $remedy."
    is_new_enough "$PYTHON" ||
      fail "PYTHON=$PYTHON is Python $(version_of "$PYTHON"), but the course needs 3.11 or later; $remedy."
    printf '%s\n' "$PYTHON"
    return
  fi
  for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && is_new_enough "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  if command -v python3 >/dev/null; then
    fail "found Python $(version_of python3), but the course needs 3.11 or later; $remedy."
  fi
  fail "found no Python, but the course needs 3.11 or later; $remedy."
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

may_install_packages() {
  command -v apt-get >/dev/null || return 1
  [[ $(id -u) == 0 ]] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# One by one, so that a package that this system does not have keeps no other from it.
apt_install() {
  local package
  say "installing $* with apt-get"
  as_root apt-get update -qq || return
  for package in "$@"; do
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$package" >/dev/null || true
  done
}

missing_system_packages() {
  command -v bwrap >/dev/null || echo bubblewrap
  command -v chromium >/dev/null || echo chromium
  [[ -e $FONT ]] || echo fonts-wqy-microhei
}

# The book and the class need none of these, the tests do: say what is missing and go on.
install_system_packages() {
  local missing
  mapfile -t missing < <(missing_system_packages)
  [[ ${#missing[@]} == 0 ]] && return
  if may_install_packages && apt_install "${missing[@]}"; then
    mapfile -t missing < <(missing_system_packages)
    [[ ${#missing[@]} == 0 ]] && return
  fi
  say "the tests need ${missing[*]}, which cannot be installed from here;" \
    "install them (sudo apt-get install ${missing[*]}) and run make again." >&2
}

# On Debian the module venv is there but cannot make an environment without ensurepip.
require_venv_module() {
  local python=$1 package
  "$python" -c 'import ensurepip, venv' 2>/dev/null && return
  package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
  if may_install_packages && apt_install "$package" &&
    "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    return
  fi
  fail "$python has no working venv module; install it (sudo apt-get install $package) and run make again."
}

free_gb() { df -Pk "$1" | awk 'NR == 2 { printf "%.1f", $4 / 1048576 }'; }

require_disk_space() {
  local folder free
  folder=$(dirname "$VENV")
  free=$(free_gb "$folder")
  awk -v free="$free" -v need="$INSTALL_GB" 'BEGIN { exit !(free >= need) }' ||
    fail "only $free GB are free in $(cd "$folder" && pwd), but the installation needs $INSTALL_GB GB; free some space and run make again."
}

# What was installed: the lock, the packages of this project, and the folder that they point to.
fingerprint() {
  { pwd && cat requirements.lock pyproject.toml tools/setup.sh; } | sha256sum | cut -d' ' -f1
}

is_installed() {
  [[ -x $VENV/bin/python && -e $STAMP && $(<"$STAMP") == "$(fingerprint)" ]]
}

install_python_packages() {
  local python=$1
  say "installing the Python packages into $VENV with $python ($(version_of "$python")); about 6 GB, which takes some minutes the first time"
  "$python" -m venv "$VENV" &&
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check uv &&
    "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" -r requirements.lock &&
    "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --no-deps -e . ||
    fail "the Python packages could not be installed ($(free_gb "$(dirname "$VENV")") GB are free); the lines above say why, and running make again goes on from here."
  fingerprint >"$STAMP"
}

# What the box was made of: its lock, this script, and the Python that .venv was made with.
box_fingerprint() {
  { pwd && cat requirements-box.lock tools/setup.sh "$VENV/pyvenv.cfg"; } | sha256sum | cut -d' ' -f1
}

is_box_installed() {
  [[ -x $BOX/bin/python && -e $BOX_STAMP && $(<"$BOX_STAMP") == "$(box_fingerprint)" ]]
}

# Made anew each time, so that nothing is in it that the lock does not name; the files are hard
# links into uv's cache, so this takes seconds.
install_box() {
  local clear=()
  [[ ! $BOX -ef $VENV ]] || fail "BOX=$BOX is the environment of the course itself; name another folder for the one of the submissions."
  if [[ -e $BOX ]]; then
    [[ -e $BOX/pyvenv.cfg ]] || fail "BOX=$BOX is there and is no Python environment; remove it or name another folder with BOX=."
    clear=(--clear)
  fi
  say "installing what submissions run with into $BOX"
  "$VENV/bin/python" -m venv --without-pip "${clear[@]}" "$BOX" &&
    "$VENV/bin/uv" pip install --quiet --python "$BOX/bin/python" --no-deps \
      --link-mode hardlink --compile-bytecode -r requirements-box.lock &&
    MPLCONFIGDIR=$BOX/matplotlib "$BOX/bin/python" -I -c 'import matplotlib.font_manager' ||
    fail "the environment of the submissions could not be installed into $BOX ($(free_gb "$(dirname "$BOX")") GB are free); the lines above say why, and running make again starts it anew."
  box_fingerprint >"$BOX_STAMP"
}

main() {
  local python
  if ! is_installed; then
    python=$(find_python)
    # A .venv that is there already is only brought up to date.
    [[ -e $VENV/bin/uv ]] || { require_disk_space && require_venv_module "$python"; }
    install_python_packages "$python"
  fi
  is_box_installed || install_box
  install_system_packages
}

main
