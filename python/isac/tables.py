# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables that travel as PDUs: detections and tracks, a row each."""

import numpy as np
import pmt

COLUMNS = pmt.intern("columns")
DETECTION_COLUMNS = ("range_m velocity_mps snr_db range_std_m velocity_std_mps "
                     "range_velocity_cov")


def read_table(pdu):
    """A PDU as its metadata, {str: value}, and its columns, {name: float64 [n]}.

    The metadata names the columns under `columns`, separated by spaces; without that they are
    DETECTION_COLUMNS.

    Raises:
        ValueError: this is no such table.
    """
    if not (pmt.is_pair(pdu) and pmt.is_f32vector(pmt.cdr(pdu))):
        raise ValueError("it is no pair of a dictionary and an f32vector")
    try:
        meta = {str(key): value for key, value in (pmt.to_python(pmt.car(pdu)) or {}).items()}
    except (AttributeError, RuntimeError, TypeError):
        raise ValueError("its first half is no dictionary") from None
    names = str(meta.get("columns", DETECTION_COLUMNS)).split()
    values = np.array(pmt.f32vector_elements(pmt.cdr(pdu)), float)
    if not names or len(values) % len(names):
        raise ValueError(f"its {len(values)} values are no table with the columns "
                         f"{' '.join(names)}")
    return meta, dict(zip(names, values.reshape(-1, len(names)).T, strict=True))


def make_table(meta, columns):
    """The PDU of a table: `meta` is a pmt dictionary, `columns` {name: [n]} in their order."""
    if not pmt.is_dict(meta):  # nil is an empty one
        meta = pmt.make_dict()
    meta = pmt.dict_add(meta, COLUMNS, pmt.intern(" ".join(columns)))
    rows = np.stack(list(columns.values()), axis=1).astype(np.float32).ravel()
    return pmt.cons(meta, pmt.init_f32vector(len(rows), rows.tolist()))
