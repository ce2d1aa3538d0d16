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
    int cp_len = 72;           ///< samples; bounds the longest usable echo delay
    int n_subcarriers = 512;   ///< cells in a row, centred on DC, which stays empty
    int n_symbols = 256;       ///< rows per frame: OFDM symbols after preamble and header
    int pilot_spacing = 6;     ///< OFDM: every n-th cell a pilot; DFT: every n-th chip
    int reference_spacing = 8; ///< DFT only: every n-th row, and the last, is a reference
    int guard_len = 0;         ///< DFT only: chips of silence that end every row
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
 * cells in ascending frequency: cell n_subcarriers/2 is DC and empty. The header
 * symbols carry pilots and header bits in their cells, like OFDM rows.
 *
 * OFDM: in every row every pilot_spacing-th cell is a pilot, the rest carry data.
 *
 * DFT-s-OFDM: a row is n_dft() chips, spread by a DFT over the n_dft() cells next to DC.
 * In a data row every pilot_spacing-th chip is known, the last guard_len chips are
 * zero, the rest carry data. Every reference_spacing-th row, the first and the last among
 * them, is a reference row: all its chips are known, with the same guard.
 * docs/waveform.md shows both.
 *
 * Wu, Lemic, Han, Chen, "Sensing Integrated DFT-Spread OFDM Waveform and Deep
 * Learning-Powered Receiver Design for Terahertz Integrated Sensing and Communication
 * Systems", IEEE Trans. Commun. 71(1), 2023: the guard and the reference blocks.
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

    /// Cells of a data row that carry pilots (none with DFT precoding), and those that
    /// carry data (with it, the n_dft cells that chips are spread over); ascending.
    const std::vector<int>& pilot_cells() const { return d_layout->pilots; }
    const std::vector<int>& data_cells() const { return d_layout->data; }

    /// DFT precoding: chips of a data row that are known, and those that carry data;
    /// ascending. The guard is neither. Empty without precoding.
    const std::vector<int>& pilot_chips() const { return d_layout->pilot_chips; }
    const std::vector<int>& data_chips() const { return d_layout->data_chips; }

    /*! Cells of a data row that carry data. DFT precoding spreads as many chips: the
     *  largest even number with no prime factor above 7 that leaves DC empty. */
    int n_dft() const { return static_cast<int>(d_layout->data.size()); }

    bool is_reference_row(int row) const; ///< never without DFT precoding
    int n_data_rows() const;     ///< of the n_symbols rows, those that carry data
    int n_pilots() const;        ///< known cells, or chips, per data row
    int n_data() const;          ///< data symbols per data row
    int bits_per_symbol() const; ///< of the modulation
    int bits_per_row() const;    ///< coded bits: n_data * bits_per_symbol
    int bits_per_frame() const;  ///< coded bits: n_data_rows * bits_per_row
    int payload_len() const;     ///< bytes that fit in one frame, a multiple of 16

    double sample_rate_hz() const;    ///< fft_len * subcarrier_spacing_hz
    double symbol_duration_s() const; ///< symbol_len / sample_rate_hz
    double frame_duration_s() const;  ///< frame_len / sample_rate_hz
    double wavelength_m() const;

    int max_delay_len() const; ///< samples that an echo may be late: prefix and guard
    int n_range_bins() const;  ///< columns of a map: delays up to max_delay_len
    int map_len() const;       ///< cells of a map: n_symbols * n_range_bins

    double range_bin_m() const;      ///< c / (2 * n_subcarriers * spacing)
    double max_range_m() const;      ///< one-way range of an echo max_delay_len late
    double velocity_bin_mps() const; ///< wavelength / (2 * n_symbols * symbol duration)
    double max_velocity_mps() const; ///< unambiguous |velocity|

    /*! Stable name of everything that must match between two ends of a link,
     *  e.g. "ofdm-1024+72x256-512/6-qpsk-ldpc12-30000", or with DFT precoding, where r is
     *  the reference spacing and g the guard, "dfts-1024+72x256-512/32r8g0-qpsk-...". A
     *  model card stores it; the carrier frequency is not part of it. */
    std::string id() const;

    bool operator==(const waveform& other) const;
    bool operator!=(const waveform& other) const { return !(*this == other); }

private:
    struct layout {
        std::vector<int> pilots, data, pilot_chips, data_chips;
    };
    void lay_out_ofdm(layout& l) const;
    void lay_out_dft(layout& l) const;

    waveform_params d_params;
    std::shared_ptr<const layout> d_layout;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_WAVEFORM_H */
