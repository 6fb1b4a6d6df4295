#!/bin/sh
# Debian's Chromium, when there is none yet: as root, from Debian's packages.
set -e
if ! command -v chromium > /dev/null; then
  apt-get update -q
  apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core
fi
chromium --version
