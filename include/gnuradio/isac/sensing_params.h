/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SENSING_PARAMS_H
#define INCLUDED_ISAC_SENSING_PARAMS_H

namespace gr {
namespace isac {

/// Taper of a grid before its transform: sidelobes against width of the main lobe.
enum class window {
    RECTANGULAR,     ///< no loss, sidelobes 13 dB down
    HANN,            ///< 1.76 dB loss, sidelobes 31 dB down and falling fast
    HAMMING,         ///< 1.34 dB loss, sidelobes 43 dB down
    BLACKMAN_HARRIS, ///< 3.02 dB loss, sidelobes 92 dB down
};

/// How the symbols that were sent are taken out of the cells that came back.
enum class radar_filter {
    DIVISION, ///< y / x: no self-noise, but weak symbols blow up the noise
    MATCHED, ///< y conj(x): no noise blow-up, but symbols of unequal power add self-noise
    WIENER,  ///< least total error: between the two by the measured noise
};

/// What a CFAR detector makes of the cells around the tested one.
enum class cfar_kind {
    CA, ///< their mean: the least loss in even noise
    GO, ///< the greatest mean of four sectors: no false alarms where clutter begins
    SO, ///< the smallest mean of four sectors: finds targets that stand close together
    OS, ///< one of them in order of size (os_rank): a few strong cells do not matter
};

/*!
 * The free parameters of the sensing chain. Field names are the Python keywords
 * and the GRC parameter ids of the blocks that take them.
 */
struct sensing_params {
    isac::window range_window = isac::window::HAMMING;
    isac::window velocity_window = isac::window::HAMMING;
    radar_filter filter = radar_filter::WIENER;
    int range_padding = 1;          ///< cells of the map per range bin
    int velocity_padding = 1;       ///< and per velocity bin
    bool in_db = false;             ///< power of the map as 10 log10 of it
    int coherent_frames = 1;        ///< whose echoes add in phase in one map
    int averaged_maps = 1;          ///< whose power is averaged
    double max_velocity_mps = 0;    ///< that must keep its SNR; 0 asks for none
    double false_alarm_rate = 1e-6; ///< per cell of the map, of noise alone
    int guard = 2;                  ///< bins next to the tested cell that are left out
    int training = 6;               ///< bins beyond the guard that measure the noise
    int max_targets = 32;           ///< the strongest ones are kept
    cfar_kind cfar = cfar_kind::CA; ///< how the bins measure the noise
    double os_rank = 0.75;          ///< OS: which of the cells, 1 is the greatest
};

/// How directions are found before the last step, which is maximum likelihood for all.
enum class angle_method {
    BEAMFORMING, ///< peaks of the power over direction; resolves a beamwidth
    MONOPULSE,   ///< phase between two elements, one direction
    MUSIC,       ///< peaks of the noise subspace's spectrum
    ROOT_MUSIC,  ///< roots of the same: no grid, resolves more
    ESPRIT,      ///< rotation between two overlapping subarrays
};

/*!
 * The free parameters of angle estimation. Field names are the Python keywords and the
 * GRC parameter ids of the blocks that take them.
 */
struct angle_params {
    angle_method method = angle_method::ROOT_MUSIC;
    int n_sources = 0;    ///< directions to find; 0 lets MDL decide
    int max_sources = 3;  ///< the most that MDL may decide on
    int subarray_len = 0; ///< elements of the averaged subarrays; 0 chooses
};

/*!
 * The free parameters of a spectrogram of one range gate. Field names are the Python
 * keywords and the GRC parameter ids of the blocks that take them.
 */
struct micro_doppler_params {
    double range_m = 30;         ///< middle of the gate
    double depth_m = 0;          ///< of the gate; 0 is one range bin
    double window_s = 0.05;      ///< that a column is measured over
    double hop_s = 0.01;         ///< from column to column
    double max_velocity_mps = 0; ///< end of the velocity axis; 0 is all of it
    double clutter_s = 0.5;      ///< what stands still for so long is removed; 0 keeps it
    int padding = 2;             ///< cells of a column per velocity bin, at least
    isac::window range_window = isac::window::HAMMING;
    isac::window velocity_window = isac::window::HANN;
    radar_filter filter = radar_filter::WIENER;
};

/// Which part of what came back is taken for clutter.
enum class clutter_method {
    MEAN,      ///< what stands still for a frame
    RECURSIVE, ///< what stands still for several frames: slow movers stay
    ECA,       ///< what is nearly as slow: drift, leaves in the wind
    ECA_BATCH, ///< what stands still for a part of a frame
    LEAKAGE,   ///< what stands still next to the radar: other standing targets stay
};

/*!
 * The free parameters of a clutter filter. Field names are the Python keywords and the
 * GRC parameter ids.
 */
struct clutter_params {
    clutter_method method = clutter_method::MEAN;
    int memory = 16;            ///< RECURSIVE: frames over which standstill is averaged
    int dopplers = 1;           ///< ECA: quarters of a velocity bin to either side
    int batches = 4;            ///< ECA_BATCH: parts of a frame
    double leakage_range_m = 0; ///< LEAKAGE: how far away the latest of it is
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SENSING_PARAMS_H */
