/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_WAVEFORM_H
#define INCLUDED_ISAC_WAVEFORM_H

#include <gnuradio/isac/api.h>
#include <memory>
#include <string>
#include <vector>

namespace gr {
namespace isac {

/// Data modulation, Gray-coded. The value is the number of bits per symbol.
enum class modulation { BPSK = 1, QPSK = 2, QAM16 = 4, QAM64 = 6, QAM256 = 8 };

/// What happens to the data symbols of an OFDM symbol before the IFFT.
enum class precoding {
    NONE, ///< OFDM: symbols go straight onto their subcarriers.
    DFT,  ///< DFT-s-OFDM: symbols are spread by a unitary DFT (lower PAPR).
};

/// Channel code and rate.
enum class coding {
    CC_1_2, ///< the K = 7 convolutional code (171, 133) of IEEE 802.11
    CC_2_3,
    CC_3_4,
    LDPC_1_2, ///< the LDPC codes of IEEE 802.11n
    LDPC_2_3,
    LDPC_3_4,
    LDPC_5_6,
};

/*!
 * The free parameters of a waveform. Field names are the Python keywords, the
 * GRC parameter ids and the YAML keys; tests/test_names_agree.py checks it.
 */
struct waveform_params {
    double carrier_freq_hz = 5.8e9;
    double subcarrier_spacing_hz = 30e3;
    int fft_len = 1024;
    int cp_len = 72;         ///< samples; bounds the longest usable echo delay
    int n_subcarriers = 512; ///< cells in a row, centred on DC, which stays empty
    int n_symbols = 256;     ///< rows per frame: OFDM symbols after preamble and header
    int pilot_spacing = 6;   ///< every n-th cell carries a pilot
    isac::modulation modulation = isac::modulation::QPSK;
    isac::precoding precoding = isac::precoding::NONE;
    isac::coding coding = isac::coding::LDPC_1_2;
};

/*!
 * One waveform: the contract shared by transmitter, receiver, radar and models.
 *
 * Immutable and cheap to copy. Every gr-isac block that needs a length, a rate
 * or a resolution takes a waveform and asks it; none of them takes an fft_len.
 *
 * A frame on the air is two synchronisation symbols, n_header_symbols() header
 * symbols and n_symbols rows, all of symbol_len() samples. A row has n_subcarriers
 * cells in ascending frequency: cell n_subcarriers/2 is DC and empty, every
 * pilot_spacing-th other cell is a pilot, the rest carry data.
 */
class ISAC_API waveform
{
public:
    /*! \throws std::invalid_argument naming the first parameter out of range. */
    explicit waveform(const waveform_params& params = {});

    const waveform_params& params() const { return d_params; }

    int fft_len() const { return d_params.fft_len; }
    int cp_len() const { return d_params.cp_len; }
    int n_subcarriers() const { return d_params.n_subcarriers; }
    int n_symbols() const { return d_params.n_symbols; }

    int symbol_len() const;         ///< samples: cp_len + fft_len
    int n_header_symbols() const;   ///< OFDM symbols that carry the frame header
    int n_preamble_symbols() const; ///< two to synchronise, then the header
    int preamble_len() const;       ///< samples before the first row of a frame
    int body_len() const;           ///< samples: n_symbols * symbol_len
    int frame_len() const;          ///< samples: preamble_len + body_len
    int grid_len() const;           ///< cells: n_symbols * n_subcarriers

    /// Cells of a row that carry pilots, and those that carry data; ascending.
    const std::vector<int>& pilot_cells() const { return d_cells->pilots; }
    const std::vector<int>& data_cells() const { return d_cells->data; }

    int n_pilots() const;        ///< per row
    int n_data() const;          ///< data cells per row
    int bits_per_symbol() const; ///< of the modulation
    int bits_per_row() const;    ///< coded bits: n_data * bits_per_symbol
    int bits_per_frame() const;  ///< coded bits: n_symbols * bits_per_row
    int payload_len() const;     ///< bytes that fit in one frame, a multiple of 16

    double sample_rate_hz() const;    ///< fft_len * subcarrier_spacing_hz
    double symbol_duration_s() const; ///< symbol_len / sample_rate_hz
    double frame_duration_s() const;  ///< frame_len / sample_rate_hz
    double wavelength_m() const;

    int n_range_bins() const; ///< columns of a map: delays that fit the prefix
    int map_len() const;      ///< cells of a map: n_symbols * n_range_bins

    double range_bin_m() const;      ///< c / (2 * n_subcarriers * spacing)
    double max_range_m() const;      ///< one-way range whose echo still fits the CP
    double velocity_bin_mps() const; ///< wavelength / (2 * n_symbols * symbol duration)
    double max_velocity_mps() const; ///< unambiguous |velocity|

    /*! Stable name of everything that must match between two ends of a link,
     *  e.g. "ofdm-1024+72x256-512/6-qpsk-ldpc12-30000". A model card stores it; the
     *  carrier frequency is not part of it. */
    std::string id() const;

    bool operator==(const waveform& other) const;
    bool operator!=(const waveform& other) const { return !(*this == other); }

private:
    struct cells {
        std::vector<int> pilots, data;
    };

    waveform_params d_params;
    std::shared_ptr<const cells> d_cells;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_WAVEFORM_H */
