#!/bin/sh
# npm test: makes the checkout ready, installs the programs that end-to-end tests use where it may, and runs all tests.
# Arguments go to vitest. The last line is `N passed, N failed, N skipped`, the exit status vitest's.
set -u
unset CDPATH
root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 70

sh tools/prepare.sh || exit
sh tools/test-programs.sh
read -r node <dist/.stamp || exit 70
exec "$node" node_modules/vitest/vitest.mjs run "$@"
