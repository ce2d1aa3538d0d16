# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an experiment found, as text for people and as JSON for programs."""

import json
import math


def as_text(result, experiment, file_name):
    """The report as lines of at most 100 characters."""
    w, c = experiment.waveform, result.counts
    verdict = "SUCCESS" if result.success else "FAILURE"
    missed = [int(t["target"]) for t in result.targets if t["above_limit"] and not t["found"]]
    why = [] if result.intact else ["the file is damaged"]
    if missed:
        why.append(f"missed target {', '.join(map(str, missed))}")
    return "\n".join([
        "Waveform",
        f"  {w.id} at {_si(w.carrier_freq_hz)}Hz, {_si(w.sample_rate_hz)}S/s",
        "",
        "Link",
        f"  file          {file_name}: " + _file_state(result),
        f"  frames        {c['frames_sent']} sent, {c['frames_received']} received, "
        f"{c['frames_lost']} lost, {c['crc_errors']} with CRC errors",
        f"  BLER          {_ratio(c['bler'])}",
        f"  BER           {_ratio(c['ber'])} before decoding",
        f"  SNR           {c['snr_db']:.1f} dB a cell, EVM {c['evm_db']:.1f} dB",
        f"  CFO           {_si(c['cfo_hz'])}Hz, found and removed",
        f"  throughput    {_si(c['throughput_bps'])}bit/s over {c['air_time_s']:.3f} s on the air "
        f"(computed in {result.elapsed_s:.1f} s)",
        "",
        f"Radar: {result.n_maps} maps, bins of {w.range_bin_m:.2f} m and "
        f"{w.velocity_bin_mps:.2f} m/s, detection limit {result.limit_db:.1f} dB",
        *_table(result),
        f"  false alarms  {result.false_alarms} in {result.n_maps} maps",
        f"  tracks        {_tracks(result)}",
        "",
        f"{verdict}" + (f": {' and '.join(why)}" if why else
                        ": file intact, every target above the detection limit found"),
    ])


def as_json(result, experiment, file_name):
    """The same numbers; what is not known is null."""
    targets = [{name: _plain(target[name]) for name in result.targets.dtype.names}
               for target in result.targets]
    return json.dumps({
        "success": result.success, "file": file_name, "intact": result.intact,
        "waveform": experiment.waveform.id, "seed": experiment.seed,
        "counts": {name: _plain(value) for name, value in result.counts.items()},
        "targets": targets, "track_ids": result.tracks["id"].tolist(),
        "false_alarms": result.false_alarms, "maps": result.n_maps,
        "detection_limit_db": result.limit_db, "elapsed_s": result.elapsed_s,
    }, indent=2) + "\n"


def _file_state(result):
    if result.intact:
        return f"intact, all {result.counts['payload_bytes']} bytes equal"
    return f"DAMAGED, not all of its {result.counts['payload_bytes']} bytes arrived"


def _table(result):
    lines = ["                true                    found                   rms error",
             "   #    range m    m/s     dB     range m    m/s     dB       m     m/s    in maps"]
    for t in result.targets:
        truth = f"{t['range_m']:8.2f} {t['velocity_mps']:7.2f} {t['snr_db']:6.1f}"
        if t["found_fraction"] > 0:
            velocity_mps = round(t["found_velocity_mps"], 2) + 0.0  # and not -0.00
            found = (f"{t['found_range_m']:8.2f} {velocity_mps:7.2f} "
                     f"{t['found_snr_db']:6.1f}  {t['range_error_m']:6.3f}  "
                     f"{t['velocity_error_mps']:6.3f}")
        else:
            found = f"{'-':>8} {'-':>7} {'-':>6}  {'-':>6}  {'-':>6}"
        remark = "" if t["found"] else "  MISSED" if t["above_limit"] else "  below the limit"
        lines.append(f"  {t['target']:2d}   {truth}    {found}    "
                     f"{t['found_fraction']:5.0%}{remark}")
    return lines if len(result.targets) else ["  the scene has no targets"]


def _tracks(result):
    """Of everything that is followed at the end, the leakage too."""
    ids = result.tracks["id"].tolist()
    return f"{len(ids)} at the end, ids {_shortest(ids)}" if ids else "none at the end"


def _shortest(ids):
    text = " ".join(map(str, ids))
    return text if len(text) < 70 else f"{ids[0]} to {ids[-1]}"


def _ratio(value):
    return "not known: no frame was received" if math.isnan(value) else f"{value:.2g}"


def _si(value):
    """Three digits and a prefix: 5.8e9 is '5.8 G'."""
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:.4g} {prefix}"
    return f"{value:.4g} "


def _plain(value):
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
