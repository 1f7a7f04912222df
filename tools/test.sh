#!/bin/sh
# npm test and npm run test:system: makes the checkout ready and runs the tests of the configuration that is named.
# Further arguments go to vitest. The last line is `N passed, N failed, N skipped`, the exit status vitest's.
set -u
unset CDPATH
root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 70

sh tools/prepare.sh || exit
read -r node <dist/.stamp || exit 70
exec "$node" node_modules/vitest/vitest.mjs run --config "$@"
