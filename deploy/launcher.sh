#!/bin/sh
# `tertulia` of a release: runs this folder with the first Python that it holds packages for.
# PYTHON=... names another. Nothing is read from the working folder or the user's own packages.
here=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    [ -d "$here/lib/python$version" ] || continue
    PYTHONPATH=$here/app:$here/lib/python$version
    export PYTHONPATH
    exec "$python" -s -P -m chat.cli "$@"
done
echo "tertulia: no Python that this release is for: $(cd "$here/lib" && echo python*)" >&2
exit 1
