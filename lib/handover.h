/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_HANDOVER_H
#define INCLUDED_ISAC_HANDOVER_H

#include <atomic>
#include <mutex>
#include <optional>

namespace gr {
namespace isac {

/// A new value that waits for work() to take it. Where none waits, taking needs no lock:
/// work() asks every time, and the answer is nearly always no.
template <class T>
class handover
{
public:
    /// Replaces one that nobody has taken.
    void give(T value)
    {
        const std::lock_guard<std::mutex> lock(d_mutex);
        d_value.emplace(std::move(value));
        d_waits = true;
    }

    std::optional<T> take()
    {
        std::optional<T> taken;
        if (d_waits) {
            const std::lock_guard<std::mutex> lock(d_mutex);
            taken.swap(d_value);
            d_waits = false;
        }
        return taken;
    }

private:
    std::mutex d_mutex;
    std::atomic<bool> d_waits{ false };
    std::optional<T> d_value;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_HANDOVER_H */
