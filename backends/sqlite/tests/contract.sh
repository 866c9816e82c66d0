#!/bin/sh
# The contract, held to the embedded database.
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
"$WKL_BUILD/tests/contract/contract" sqlite path="$folder/contract.db"
