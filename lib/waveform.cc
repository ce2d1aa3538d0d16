/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dsp/require.h"
#include "waveform_check.h"
#include <gnuradio/isac/dsp/header.h>
#include <gnuradio/isac/dsp/ldpc_frame.h>
#include <gnuradio/isac/waveform.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {

namespace {

constexpr double SPEED_OF_LIGHT_MPS = 299792458.0;

} // namespace

waveform::waveform(const waveform_params& p) : d_params(p)
{
    check(p);
    auto l = std::make_shared<layout>();
    p.precoding == precoding::DFT ? lay_out_dft(*l) : lay_out_ofdm(*l);
    d_layout = l;
    dsp::require(
        payload_len() >= 16,
        "waveform",
        "n_symbols",
        p.n_symbols,
        "one frame of this waveform has room for " + std::to_string(bits_per_frame()) +
            " coded bits, too few for 16 bytes of payload: add symbols or subcarriers");
}

void waveform::lay_out_ofdm(layout& l) const
{
    for (int k = 0; k < d_params.n_subcarriers; ++k) {
        if (k != d_params.n_subcarriers / 2) {
            (k % d_params.pilot_spacing == 0 ? l.pilots : l.data).push_back(k);
        }
    }
}

void waveform::lay_out_dft(layout& l) const
{
    const int dc = d_params.n_subcarriers / 2, n = dft_len(d_params.n_subcarriers);
    for (int k = dc - n / 2; k <= dc + n / 2; ++k) {
        if (k != dc) {
            l.data.push_back(k);
        }
    }
    for (int i = 0; i < n - d_params.guard_len; ++i) {
        (i % d_params.pilot_spacing == 0 ? l.pilot_chips : l.data_chips).push_back(i);
    }
}

int waveform::symbol_len() const { return d_params.cp_len + d_params.fft_len; }

int waveform::n_header_symbols() const
{
    const int bits_per_symbol = 2 * (n_subcarriers() - 1); // QPSK in every cell but DC
    const int n_bits = dsp::HEADER_MIN_COPIES * dsp::HEADER_CODED_LEN;
    return (n_bits + bits_per_symbol - 1) / bits_per_symbol;
}

int waveform::n_preamble_symbols() const { return 2 + n_header_symbols(); }
int waveform::preamble_len() const { return n_preamble_symbols() * symbol_len(); }
int waveform::body_len() const { return d_params.n_symbols * symbol_len(); }
int waveform::frame_len() const { return preamble_len() + body_len(); }
int waveform::grid_len() const { return d_params.n_symbols * d_params.n_subcarriers; }

bool waveform::is_reference_row(int row) const
{
    // The last row too: a channel between two references is interpolated, not guessed.
    return d_params.precoding == precoding::DFT &&
           (row % d_params.reference_spacing == 0 || row == d_params.n_symbols - 1);
}

int waveform::n_data_rows() const
{
    if (d_params.precoding == precoding::NONE) {
        return d_params.n_symbols;
    }
    const int before_last = d_params.n_symbols - 1, spacing = d_params.reference_spacing;
    return before_last - (before_last + spacing - 1) / spacing;
}

int waveform::n_pilots() const
{
    return static_cast<int>(d_layout->pilots.size() + d_layout->pilot_chips.size());
}
int waveform::n_data() const
{
    return d_params.precoding == precoding::DFT
               ? static_cast<int>(d_layout->data_chips.size())
               : n_dft();
}
int waveform::bits_per_symbol() const { return static_cast<int>(d_params.modulation); }
int waveform::bits_per_row() const { return n_data() * bits_per_symbol(); }
int waveform::bits_per_frame() const { return n_data_rows() * bits_per_row(); }

int waveform::payload_len() const
{
    if (dsp::is_ldpc(d_params.coding)) {
        return dsp::ldpc_layout(bits_per_frame(), d_params.coding).payload_len;
    }
    // A rate n/(n+1) code turns n bits into n+1. The tail that ends the trellis takes
    // six bits, the CRC four bytes; a multiple of 16 keeps the buffers of GNU Radio,
    // which are whole pages of whole items, small.
    const long n = static_cast<int>(d_params.coding) + 1;
    const long info_bits = bits_per_frame() / (n + 1) * n;
    const long bytes = (info_bits - 6) / 8 - 4;
    return static_cast<int>(std::max(0L, bytes) / 16 * 16);
}

double waveform::sample_rate_hz() const
{
    return d_params.fft_len * d_params.subcarrier_spacing_hz;
}

double waveform::symbol_duration_s() const { return symbol_len() / sample_rate_hz(); }
double waveform::frame_duration_s() const { return frame_len() / sample_rate_hz(); }
double waveform::wavelength_m() const
{
    return SPEED_OF_LIGHT_MPS / d_params.carrier_freq_hz;
}

int waveform::max_delay_len() const
{
    const bool has_guard = d_params.precoding == precoding::DFT;
    return d_params.cp_len + (has_guard ? d_params.guard_len * d_params.fft_len /
                                              dft_len(d_params.n_subcarriers)
                                        : 0);
}

int waveform::n_range_bins() const
{
    const int last = static_cast<int>(std::ceil(max_range_m() / range_bin_m()));
    return std::min(d_params.n_subcarriers, last + 1);
}

int waveform::map_len() const { return d_params.n_symbols * n_range_bins(); }

double waveform::range_bin_m() const
{
    return SPEED_OF_LIGHT_MPS /
           (2 * d_params.n_subcarriers * d_params.subcarrier_spacing_hz);
}

double waveform::max_range_m() const
{
    return SPEED_OF_LIGHT_MPS * max_delay_len() / (2 * sample_rate_hz());
}

double waveform::velocity_bin_mps() const
{
    return wavelength_m() / (2 * d_params.n_symbols * symbol_duration_s());
}

double waveform::max_velocity_mps() const
{
    return wavelength_m() / (4 * symbol_duration_s());
}

std::string waveform::id() const
{
    std::ostringstream name;
    name << (d_params.precoding == precoding::DFT ? "dfts" : "ofdm") << '-'
         << d_params.fft_len << '+' << d_params.cp_len << 'x' << d_params.n_symbols << '-'
         << d_params.n_subcarriers << '/' << d_params.pilot_spacing;
    if (d_params.precoding == precoding::DFT) {
        name << 'r' << d_params.reference_spacing << 'g' << d_params.guard_len;
    }
    name << '-' << name_of(d_params.modulation) << '-' << name_of(d_params.coding) << '-'
         << std::lround(d_params.subcarrier_spacing_hz);
    return name.str();
}

bool waveform::operator==(const waveform& other) const
{
    return id() == other.id() &&
           d_params.carrier_freq_hz == other.d_params.carrier_freq_hz &&
           d_params.subcarrier_spacing_hz == other.d_params.subcarrier_spacing_hz;
}

} // namespace isac
} // namespace gr
