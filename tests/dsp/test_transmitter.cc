/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/row_filler.h>
#include <gnuradio/isac/dsp/row_mapper.h>
#include <gnuradio/isac/dsp/transmitter.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <random>
#include <vector>

using namespace gr::isac;
using cf = std::complex<float>;
using bytes = std::vector<std::uint8_t>;

namespace {

const modulation ALL[] = { modulation::BPSK,
                           modulation::QPSK,
                           modulation::QAM16,
                           modulation::QAM64,
                           modulation::QAM256 };

int between(std::mt19937& rng, int low, int high)
{
    return std::uniform_int_distribution<int>(low, high)(rng);
}

/// Any waveform that is one, small: most draws are refused for want of room.
waveform random_waveform(std::mt19937& rng)
{
    while (true) {
        waveform_params p;
        const int lengths[] = { 16, 20, 36, 64, 100, 128 }; // few: each is planned
        p.fft_len = lengths[between(rng, 0, 5)];
        p.cp_len = between(rng, 0, 20);
        p.n_subcarriers = 2 * between(rng, 4, (p.fft_len - 1) / 2);
        p.n_symbols = between(rng, 2, 12);
        p.pilot_spacing = between(rng, 2, p.n_subcarriers / 2);
        p.reference_spacing = between(rng, 2, 6);
        p.guard_len = between(rng, 0, p.n_subcarriers / 4);
        p.modulation = ALL[between(rng, 0, 4)];
        p.precoding = between(rng, 0, 1) ? precoding::DFT : precoding::NONE;
        try {
            return waveform(p);
        } catch (const std::invalid_argument&) {
        }
    }
}

/// The rows of a frame, one small block after the other.
class small_blocks
{
public:
    explicit small_blocks(const waveform& w)
        : d_waveform(w),
          d_encoder(w),
          d_mapper(w.params().modulation),
          d_spreader(w),
          d_grid(w),
          d_modulator(w),
          d_bits(w.bits_per_frame())
    {
    }

    void start(const bytes& payload)
    {
        d_encoder.encode(payload, d_bits);
        d_next = d_bits.data();
    }

    void make_row(int index, std::vector<cf>& row, std::vector<cf>& samples)
    {
        if (d_waveform.is_reference_row(index)) {
            const auto reference = d_grid.reference(index);
            row.assign(reference.begin(), reference.end());
        } else {
            const std::size_t n_bits = d_waveform.bits_per_row();
            std::vector<cf> symbols(d_waveform.n_data()), cells(d_waveform.n_dft());
            d_mapper.map({ d_next, n_bits }, symbols);
            d_next += n_bits;
            if (d_waveform.params().precoding == precoding::DFT) {
                d_spreader.spread(symbols, cells);
            } else {
                cells = symbols;
            }
            d_grid.map(cells, row);
        }
        d_modulator.modulate(row, samples);
    }

private:
    waveform d_waveform;
    dsp::frame_encoder d_encoder;
    dsp::symbol_mapper d_mapper;
    dsp::dft_spreader d_spreader;
    dsp::grid_mapper d_grid;
    dsp::ofdm_modulator d_modulator;
    bytes d_bits;
    const std::uint8_t* d_next = nullptr;
};

} // namespace

BOOST_AUTO_TEST_SUITE(transmitter)

/* Mapping is a look-up and one product, in whatever order: equal to the bit, by AVX2 and
 * without. Data are scattered in runs of any length, in any order of runs, as the two
 * halves of a row are behind each other in the bins of an IFFT. */
BOOST_AUTO_TEST_CASE(a_row_mapper_is_a_symbol_mapper_and_a_row_filler)
{
    std::mt19937 rng(5);
    for (int round = 0; round < 400; ++round) {
        const auto m = ALL[round % 5];
        const int n = between(rng, 1, 90), turn = between(rng, 0, n - 1);
        std::vector<cf> row(n), filled(n);
        std::vector<int> sorted, positions;
        for (int at = 0; at < n; ++at) {
            row[at] = cf(float(between(rng, -1, 1)), 0.5f);
            if (between(rng, 0, 7) >= round / 5 % 7) {
                sorted.push_back(at);
            }
        }
        positions = sorted;
        const auto first = std::lower_bound(positions.begin(), positions.end(), turn);
        std::rotate(positions.begin(), first, positions.end());
        const float scale = 1 / std::sqrt(float(n));
        dsp::row_mapper mapper(m, row, positions, scale);

        for (const bool avx2 : { true, false, true }) {
            mapper.use_avx2(avx2);
            bytes bits(positions.size() * static_cast<int>(m));
            std::generate(bits.begin(), bits.end(), rng); // only bit 0 counts
            std::vector<cf> symbols(positions.size());
            dsp::symbol_mapper(m).map(bits, symbols);
            std::rotate(symbols.begin(),
                        symbols.begin() + (sorted.end() - sorted.begin()) -
                            (first - positions.begin()),
                        symbols.end());
            dsp::row_filler(row, sorted).fill(symbols.data(), scale, filled.data());
            const auto mapped = mapper.map(bits);
            BOOST_TEST_REQUIRE(mapped.size() == filled.size());
            BOOST_TEST_REQUIRE(std::equal(mapped.begin(), mapped.end(), filled.begin()));
        }
    }
}

/* Whatever the layout, and whether somebody wants the rows or not: the same products and
 * the same transforms as the row of small blocks, so the same samples to the bit. */
BOOST_AUTO_TEST_CASE(all_layouts_come_out_as_from_small_blocks)
{
    std::mt19937 rng(6);
    for (int round = 0; round < 100; ++round) {
        const auto w = random_waveform(rng);
        BOOST_TEST_CONTEXT(w.id())
        {
            bytes payload(between(rng, 0, w.payload_len()));
            std::generate(payload.begin(), payload.end(), rng);
            dsp::transmitter fused(w);
            small_blocks small(w);
            std::vector<cf> preamble(w.preamble_len());
            fused.start(0, payload, preamble);
            small.start(payload);
            std::vector<cf> row(w.n_subcarriers()), fused_row(row);
            std::vector<cf> samples(w.symbol_len()), fused_samples(samples),
                seen(samples);
            for (int m = 0; m < w.n_symbols(); ++m) {
                small.make_row(m, row, samples);
                fused.make_row(m, { nullptr, 0 }, fused_samples);
                BOOST_TEST_REQUIRE((fused_samples == samples));
                fused.make_row(m, fused_row, seen);
                BOOST_TEST_REQUIRE((seen == samples));
                BOOST_TEST_REQUIRE((fused_row == row));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_a_bad_length)
{
    const waveform w;
    dsp::transmitter t(w);
    std::vector<cf> row(w.n_subcarriers() - 1), samples(w.symbol_len());
    BOOST_CHECK_THROW(t.make_row(0, row, samples), std::invalid_argument);
    BOOST_CHECK_THROW(t.make_row(0, { nullptr, 0 }, row), std::invalid_argument);
    bytes bits(3);
    dsp::row_mapper mapper(modulation::QPSK, row, { 0, 1 }, 1);
    BOOST_CHECK_THROW(mapper.map(bits), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
