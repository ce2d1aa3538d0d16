/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_RANGE_DOPPLER_IMPL_H
#define INCLUDED_ISAC_RANGE_DOPPLER_IMPL_H

#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/range_doppler.h>

namespace gr {
namespace isac {

class range_doppler_impl : public range_doppler
{
public:
    range_doppler_impl(const isac::waveform& waveform, const sensing_params& params);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

    std::uint64_t bad_rows() const override { return d_range_doppler.bad_rows(); }
    std::uint64_t frames_left_out() const override { return d_frames_left_out; }

private:
    void tell(bool is_first, const char* what);
    dsp::range_doppler::presence present(int first_row);

    dsp::range_doppler d_range_doppler;
    const int d_n_symbols, d_coherent_frames, d_averaged_maps;
    const std::size_t d_rows_len, d_map_len;
    std::uint64_t d_frames_left_out = 0;
    std::uint64_t d_bad_rows = 0; // as of the last map
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_RANGE_DOPPLER_IMPL_H */
