#!/bin/sh
# Reads facts or lots with kcat and awk alone.
#   sh examples/downstream/custody.sh facts|lots
# Delivery is at least once: of each source the highest seq is kept, of each lot the highest logIndex.
set -eu
brokers=${KAFKA_BROKERS:-127.0.0.1:7111}
prefix=${TOPIC_PREFIX:-urbanmine.}

read_topic() {
  kcat -C -q -e -b "$brokers" -t "$prefix$1" -o beginning -f "$2"
}

case ${1:-} in
facts)
  # Headers come as name=value, joined by commas; none of these values holds a comma.
  read_topic custody-events.v1 '%h\n' | awk -F, '{
    for (i = 1; i <= NF; i++) { at = index($i, "="); h[substr($i, 1, at - 1)] = substr($i, at + 1) }
    if (h["ce_seq"] + 0 <= highest[h["ce_source"]] + 0) next
    highest[h["ce_source"]] = h["ce_seq"]
    print h["ce_source"], h["ce_seq"], h["ce_type"], h["ce_subject"]
  }'
  ;;
lots)
  read_topic lots.v1 '%k\t%s\n' | awk -F'\t' '
    function text(name) { match($2, "\"" name "\":\"[^\"]*\""); return substr($2, RSTART + length(name) + 4, RLENGTH - length(name) - 5) }
    {
      match($2, /"logIndex":[0-9]+/)
      index_ = substr($2, RSTART + 11, RLENGTH - 11) + 0
      if ($1 in newest && index_ < newest[$1]) next
      newest[$1] = index_
      line[$1] = text("lotId") " " text("status") " " text("weighedMg")
    }
    END { for (key in line) print line[key] }'
  ;;
*)
  sed -n '2,4p' "$0" >&2
  exit 64
  ;;
esac
