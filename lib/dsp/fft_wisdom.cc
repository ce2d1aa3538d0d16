/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fft_wisdom.h"
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <random>
#include <sstream>
#include <string>

namespace gr {
namespace isac {
namespace dsp {

namespace {

namespace fs = std::filesystem;

/// The folder of this user's caches, or nothing.
fs::path cache_folder()
{
    // XDG Base Directory Specification: a relative path is to be ignored.
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache && fs::path(cache).is_absolute()) {
        return fs::path(cache) / "gr-isac";
    }
    const char* home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".cache" / "gr-isac" : fs::path();
}

/// Differs where another plan may be the quickest: another processor, another FFTW.
std::string machine_id()
{
    std::string about = fftwf_version;
    std::ifstream cpu("/proc/cpuinfo");
    for (std::string line; std::getline(cpu, line) && !line.empty();) {
        if (line.rfind("model name", 0) == 0 || line.rfind("flags", 0) == 0 ||
            line.rfind("Features", 0) == 0 || line.rfind("CPU part", 0) == 0) {
            about += line;
        }
    }
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    for (const unsigned char c : about) {
        hash = (hash ^ c) * 0x100000001b3;
    }
    std::ostringstream id;
    id << std::hex << hash;
    return id.str();
}

const fs::path& wisdom_file()
{
    static const fs::path file = [] {
        const auto folder = cache_folder();
        return folder.empty() ? fs::path() : folder / ("fftwf-wisdom-" + machine_id());
    }();
    return file;
}

void load()
{
    std::ifstream file(wisdom_file());
    std::ostringstream text;
    // FFTW refuses what is not its own, a truncated file too, and goes on without.
    if (file && text << file.rdbuf()) {
        fftwf_import_wisdom_from_string(text.str().c_str());
    }
}

void store()
{
    std::error_code error;
    const auto& file = wisdom_file();
    if (file.empty() || (fs::create_directories(file.parent_path(), error), error)) {
        return;
    }
    load(); // what other processes have found meanwhile
    const std::unique_ptr<char, decltype(&std::free)> text(
        fftwf_export_wisdom_to_string(), &std::free);
    auto unfinished = file;
    unfinished += '.' + std::to_string(std::random_device()());
    std::ofstream out(unfinished);
    if (text && out << text.get() && (out.close(), out)) {
        fs::rename(unfinished, file, error); // at once: nobody reads half a file
    }
    fs::remove(unfinished, error);
}

} // namespace

fftwf_plan fft_wisdom::make_plan(int len, fftwf_complex* in, fftwf_complex* out, int sign)
{
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    static const bool is_ready = [] {
        // FFTW's planner is one global object, and gr-fft plans in this process too: its
        // own mutex would not hold us back. This hook covers both.
        fftwf_make_planner_thread_safe();
        load();
        return true;
    }();
    (void)is_ready;

    const auto plan = [&](unsigned flags) {
        return fftwf_plan_dft_1d(len, in, out, sign, FFTW_MEASURE | flags);
    };
    if (const auto known = plan(FFTW_WISDOM_ONLY)) {
        return known;
    }
    const auto made = plan(0);
    store();
    return made;
}

} // namespace dsp
} // namespace isac
} // namespace gr
