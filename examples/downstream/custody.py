#!/usr/bin/env python3
"""Reads facts or lots with nothing but Python's own library and kcat.

    python3 examples/downstream/custody.py facts
    python3 examples/downstream/custody.py lots

Delivery is at least once. Facts come in order by site, so of each source the highest seq is kept;
of two states of a lot the one with the higher logIndex counts.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Iterator

BROKERS = os.environ.get("KAFKA_BROKERS", "127.0.0.1:7111")
PREFIX = os.environ.get("TOPIC_PREFIX", "urbanmine.")


@dataclass(frozen=True)
class Fact:
    """A CloudEvent in binary mode: attributes in headers, data as the value."""

    source: str
    boot: int
    seq: int
    type: str
    subject: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Lot:
    lot_id: str
    status: str
    weighed_mg: int
    log_index: int


def records(topic: str) -> Iterator[dict[str, Any]]:
    """Every record up to where the topic ends now, as kcat's JSON envelopes."""
    command = ["kcat", "-C", "-q", "-e", "-J", "-b", BROKERS, "-t", PREFIX + topic]
    command += ["-o", "beginning"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as kcat:
        assert kcat.stdout is not None
        for line in kcat.stdout:
            yield json.loads(line)
    if kcat.returncode != 0:
        sys.exit(f"kcat ended with {kcat.returncode}")


def fact_of(record: dict[str, Any]) -> Fact:
    names, values = record["headers"][0::2], record["headers"][1::2]
    header = dict(zip(names, values))
    return Fact(
        source=header["ce_source"],
        boot=int(header["ce_boot"]),
        seq=int(header["ce_seq"]),
        type=header["ce_type"],
        subject=header["ce_subject"],
        data=json.loads(record["payload"]),
    )


def facts() -> Iterator[Fact]:
    highest: dict[str, int] = {}
    for record in records("custody-events.v1"):
        fact = fact_of(record)
        if fact.seq > highest.get(fact.source, 0):
            highest[fact.source] = fact.seq
            yield fact


def lots() -> list[Lot]:
    newest: dict[str, Lot] = {}
    for record in records("lots.v1"):
        if record["payload"] is None:
            newest.pop(record["key"], None)
            continue
        state = json.loads(record["payload"])
        lot = Lot(state["lotId"], state["status"], int(state["weighedMg"]), state["logIndex"])
        known = newest.get(record["key"])
        if known is None or lot.log_index >= known.log_index:
            newest[record["key"]] = lot
    return list(newest.values())


def main() -> None:
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what == "facts":
        for fact in facts():
            print(fact.source, fact.seq, fact.type, fact.subject)
    elif what == "lots":
        for lot in lots():
            print(lot.lot_id, lot.status, lot.weighed_mg)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
