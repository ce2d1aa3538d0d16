/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LDPC_DECODER_H
#define INCLUDED_ISAC_DSP_LDPC_DECODER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/ldpc_code.h>
#include <gnuradio/isac/dsp/span.h>
#include <volk/volk_alloc.hh>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Layered offset min-sum decoding of LDPC words, 32 words side by side in 8 bits.
 *
 * All values are soft bits of LLR_STEPS steps an LLR, see llr_quantizer.h. Sums saturate
 * at +-127. The messages of checks are clipped to 15, so that a sum of many has room:
 * with messages up to 127 the sums saturate at rubbish and hardly a word decodes. A batch
 * of 32 words ends when all of them fulfil all checks. At a block error rate of 1e-2 this
 * needs 0.1 dB more than sum-product decoding in floating point.
 *
 * Chen et al., "Reduced-complexity decoding of LDPC codes", IEEE Trans. Commun. 53(8),
 * 2005; Hocevar, "A reduced complexity decoder architecture via layered decoding of LDPC
 * codes", IEEE SiPS 2004.
 */
class ISAC_API ldpc_decoder
{
public:
    /// Words in a batch.
    static constexpr int N_LANES = 32;

    /*!
     * \param code copied
     * \param max_iterations through all checks, for words that do not decode
     * \throws std::invalid_argument if \p max_iterations < 1.
     */
    explicit ldpc_decoder(const ldpc_code& code, int max_iterations = 25);

    int n() const { return d_n; }
    int max_iterations() const { return d_max_iterations; }

    /*!
     * \param soft [n(), n_words], soft bits, positive is 0. -128 counts as -127.
     * \param bits [up to n(), n_words], receives 0 and 1 of as many rows as it has; a sum
     *        of 0 decides for 0
     * \returns how many batches of words fulfil all checks.
     * \throws std::invalid_argument if a length is wrong.
     */
    int decode(span<const std::int8_t> soft, int n_words, span<std::uint8_t> bits);

    /*!
     * The same of the one batch that stands in sums().
     * \returns whether its words fulfil all checks.
     */
    bool decode_sums();

    /// [n(), N_LANES], soft bits on their way to decisions.
    std::int8_t* sums() { return d_sums.data(); }

    /// Whether words fulfil all checks. \param signs [n()], bit i belongs to word i.
    bool fulfil(span<const std::uint32_t> signs);

    /// Iterations of all batches of the last decode() together.
    int n_iterations() const { return d_n_iterations; }

    /// Whether this machine runs the AVX2 version of the kernel.
    static bool has_avx2();

    /// Chooses the AVX2 version (the default where there is one) or the portable one.
    /// Both give the same bits. \throws std::invalid_argument if there is no AVX2.
    void use_avx2(bool yes);

private:
    bool run_batch();
    void find_runs(const std::vector<std::vector<int>>& checks);

    int d_n;
    int d_max_iterations;
    int d_n_iterations = 0;
    bool d_avx2;
    /// Consecutive checks whose bits are consecutive: circulants are one or two of these.
    struct run {
        int check, place, len;
    };
    std::vector<run> d_runs;
    std::vector<std::uint32_t> d_parities; // [checks], scratch
    std::vector<int> d_weights;            // of each check
    std::vector<int> d_places;            // of the bits of each check, in bytes of d_sums
    volk::vector<std::int8_t> d_sums;     // [n, N_LANES]
    volk::vector<std::int8_t> d_messages; // [edges, N_LANES], from checks to bits
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LDPC_DECODER_H */
