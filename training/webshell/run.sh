#!/bin/sh
# Trains the models of webshells, writes the weights that ship, their card and the tables of the documentation.
#
#   training/webshell/run.sh INDEX MIRRORS WORK
#
# INDEX: JSON lines (README.md). MIRRORS: a folder of bare mirrors. WORK: a folder outside of the checkout, which then
# holds malware. A step that is done is not done again: remove what it wrote to repeat it.
# The network goes on from START, of itself from the one that ships: START= begins from nothing.
# Needs git, a C compiler, Python 3 with torch, numpy, scipy and sklearn, and the Node.js of the checkout.
set -eu
index=$1 mirrors=$2 work=$3
here=$(cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$(cd -P -- "$here/../.." && pwd -P)
python=${PYTHON:-/usr/bin/python3}
node=${NODE:-$root/node_modules/.bin/node}
corpus=$work/corpus features=$work/features models=$work/models
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-2}"

if [ ! -f "$corpus/corpus.ndjson" ]; then
  "$python" "$here/corpus.py" "$index" "$mirrors" "$corpus" || { [ $? -eq 75 ] && exit 0; exit 1; }
fi
mkdir -p "$features" "$models"
cc -O3 -march=native -ffast-math -shared -fPIC -o "$models/native.so" "$here/native.c" -lm
[ -f "$features/rows.ndjson" ] || "$node" "$here/features.ts" "$corpus" "$features"
[ -f "$features/witnesses.ndjson" ] || "$node" "$here/witnesses.ts" "$corpus" "$features"
[ -f "$features/fuzzy.ndjson" ] || "$node" "$here/fuzzy.ts" "$corpus" "$features"
[ -f "$features/public-rules.ndjson" ] || "$node" "$here/public-rules.ts" "$corpus" "$features" "$mirrors"
[ -f "$models/linear.npz" ] || "$python" "$here/linear.py" "$corpus" "$features" "$models"
if [ ! -f "$models/cnn-done" ]; then
  [ -f "$models/shipped.pt" ] || "$python" "$here/shipped.py" "$root/starter/models/webshells.bin" "$models/shipped.pt"
  START="${START-$models/shipped.pt}" "$python" "$here/cnn.py" "$corpus" "$features" "$models"
  : >"$models/cnn-done"
fi
"$python" "$here/ensemble.py" "$corpus" "$features" "$models" "$root/starter/models"
"$node" "$here/verify.ts" "$corpus" "$models" "$root/starter/models/webshells.bin"
"$python" "$here/fixture.py" "$models" "$root"
"$python" "$here/evaluate.py" "$corpus" "$features" "$models" "$root"
