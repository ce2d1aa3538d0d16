/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_REQUIRE_H
#define INCLUDED_ISAC_DSP_REQUIRE_H

#include <sstream>
#include <stdexcept>
#include <string>

namespace gr {
namespace isac {
namespace dsp {

/// Refuses a bad value in one line: who, name, value, rule. A rule that is a literal
/// costs nothing as long as the value is good; one that is put together costs an
/// allocation.
template <class T, class Rule>
void require(bool ok, const char* who, const char* name, T value, const Rule& rule)
{
    if (!ok) {
        std::ostringstream message;
        message << who << ": " << name << " = " << value << ", but " << rule;
        throw std::invalid_argument(message.str());
    }
}

/// Rejects a buffer of the wrong length in words the caller can act on.
inline void require_len(const char* what, std::size_t is, std::size_t should_be)
{
    if (is != should_be) {
        throw std::invalid_argument(std::string(what) + " has " + std::to_string(is) +
                                    " items, but the waveform needs " +
                                    std::to_string(should_be));
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_REQUIRE_H */
