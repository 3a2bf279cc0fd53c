#!/bin/sh
# Uploads the app to a bucket: first the files whose names are made of their content, then the
# pages that name them. Nothing is deleted: a page that somebody has just loaded still finds its
# files. Files of builds long gone may be deleted on another day.
# Usage: upload.sh FOLDER_WITH_THE_APP s3://BUCKET
set -eu
app=$1
bucket=$2
kept="public, max-age=31536000, immutable"

put() { # SUFFIX TYPE CACHING
  aws s3 cp "$app" "$bucket" --recursive --exclude '*' --include "*$1" \
    --content-type "$2" --cache-control "$3"
}

# CloudFront packs by itself (Compress: true): the .br and .gz beside the files stay here.
put .wasm application/wasm "$kept"
put .js 'text/javascript; charset=utf-8' "$kept"
put .css 'text/css; charset=utf-8' "$kept"
put .svg image/svg+xml "$kept"
put .html 'text/html; charset=utf-8' no-cache
if [ -f "$app/config.json" ]; then put config.json application/json no-store; fi
