# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waveforms and scenes by name and from YAML; every mistake is one line that says the cure."""

from pathlib import Path

import pytest
import yaml
from gnuradio import isac

ROOT = Path(__file__).parents[1]
WAVEFORMS = sorted((ROOT / "waveforms").glob("*.yml"))
SCENES = sorted((ROOT / "scenes").glob("*.yml"))
FIELDS = list(isac.config._fields("waveform"))


def test_the_presets_are_the_files():
    assert isac.presets("waveforms") == [path.stem for path in WAVEFORMS]
    assert isac.presets("scenes") == [path.stem for path in SCENES]
    assert {"lab", "pluto", "wide", "mmwave", "thz"} <= set(isac.presets("waveforms"))
    assert "street" in isac.presets("scenes")


@pytest.mark.parametrize("path", WAVEFORMS, ids=lambda p: p.stem)
def test_a_preset_spells_out_every_field(path):
    """Whoever reads the file sees the whole waveform, under the names of the constructor."""
    values = yaml.safe_load(path.read_text())
    assert list(values) == FIELDS
    w = isac.load_waveform(path.stem)
    for name, value in values.items():
        loaded = getattr(w, name)
        assert getattr(loaded, "name", loaded) == value


@pytest.mark.parametrize("path", WAVEFORMS, ids=lambda p: p.stem)
def test_the_pilots_of_a_preset_resolve_its_prefix(path):
    """Pilots are n cells apart, so they tell apart delays of up to fft_len / n samples; with a
    longer prefix a late echo could not be equalised, and would appear a second time."""
    w = isac.load_waveform(path.stem)
    if w.precoding == isac.precoding.NONE:  # else reference rows have one in every cell
        assert w.cp_len * w.pilot_spacing <= w.fft_len


def test_lab_is_the_default_waveform():
    assert isac.load_waveform() == isac.load_waveform("lab") == isac.waveform()
    assert isac.load_waveform("lab").coding == isac.waveform().coding


@pytest.mark.parametrize("path", SCENES, ids=lambda p: p.stem)
def test_every_scene_has_a_waveform_that_reaches_it(path):
    scene = isac.load_scene(path.stem)
    reaching = []
    for name in isac.presets("waveforms"):
        try:
            scene.check(isac.load_waveform(name))
            reaching.append(name)
        except ValueError:
            pass
    assert reaching


def test_a_path_a_dictionary_and_an_object_give_the_same(tmp_path):
    path = tmp_path / "mine.yml"
    path.write_text("n_symbols: 16\nmodulation: QAM16\n")
    expected = isac.waveform(n_symbols=16, modulation=isac.modulation.QAM16)
    for source in (path, str(path), {"n_symbols": 16, "modulation": "QAM16"}, expected):
        assert isac.load_waveform(source) == expected


def test_an_override_changes_one_field_and_none_changes_nothing():
    w = isac.load_waveform("pluto", n_symbols=32, precoding="dft", modulation=None)
    assert (w.n_symbols, w.precoding) == (32, isac.precoding.DFT)
    assert w.modulation == isac.load_waveform("pluto").modulation
    again = isac.load_waveform(w, n_symbols=64)
    assert (again.n_symbols, again.precoding, again.fft_len) == (64, w.precoding, w.fft_len)


@pytest.mark.parametrize("text, enumerator", [
    ("QAM64", isac.modulation.QAM64), ("qam64", isac.modulation.QAM64),
    ("64-QAM", isac.modulation.QAM64), ("64qam", isac.modulation.QAM64),
    ("bpsk", isac.modulation.BPSK)])
def test_an_enumerator_by_any_usual_name(text, enumerator):
    assert isac.load_waveform(modulation=text).modulation == enumerator


def test_the_code_rate_by_name():
    assert isac.load_waveform(coding="cc_3_4").coding == isac.coding.CC_3_4


def test_a_number_that_yaml_takes_for_a_word(tmp_path):
    """YAML 1.1 wants a sign in the exponent; people do not."""
    path = tmp_path / "mine.yml"
    path.write_text("carrier_freq_hz: 5.8e9\n")
    assert isac.load_waveform(path).carrier_freq_hz == 5.8e9
    path.write_text("targets: [{range_m: 1e2, velocity_mps: 5}]\n")
    assert isac.load_scene(path).targets[0]["range_m"] == 100


def test_a_scene_can_be_changed():
    street = isac.load_scene("street")
    quiet = isac.load_scene(street, targets=[], link_snr_db=40)
    assert quiet.targets == [] and quiet.link_snr_db == 40 and quiet.paths == street.paths


BAD_WAVEFORMS = {
    "not YAML": ("a: [1, 2", r"line \d+, column \d+: not YAML: "),
    "a list": ("[1, 2]", "holds .1, 2., but it must hold lines of the form key: value"),
    "empty": ("", "holds None, but it must hold lines"),
    "a word": ("hello", "holds 'hello', but"),
    "unknown key": ("n_symbol: 3", "n_symbol is no field of a waveform; the fields are carrier_fr"),
    "a key that is a number": ("3: 3", "3 is no field of a waveform"),
    "text for a number": ("n_symbols: many", "n_symbols = 'many', but it must be a whole number"),
    "a fraction": ("n_symbols: 2.5", "n_symbols = 2.5, but it must be a whole number"),
    "nothing": ("n_symbols:", "n_symbols = None, but it must be a whole number"),
    "yes": ("n_symbols: yes", "n_symbols = True, but it must be a whole number"),
    "a list for a number": ("cp_len: [1]", r"cp_len = \[1\], but it must be a whole number"),
    "huge": ("n_symbols: 1e99", "n_symbols = '1e99', but it must be a whole number of at most"),
    "infinite": ("n_symbols: .inf", "n_symbols = inf, but it must be a whole number"),
    "not a number": ("carrier_freq_hz: .nan", "carrier_freq_hz = nan, but it must be a number"),
    "no such modulation": ("modulation: QAM32", "modulation = 'QAM32', but it must be one of BPSK"),
    "a number for a name": ("modulation: 2", "modulation = 2, but it must be one of BPSK, QPSK"),
    "out of range": ("n_symbols: 0", r"waveform: n_symbols = 0, but it must be in \[2, 65536\]"),
    "Python object": ("!!python/object/apply:os.system ['true']",
                      "line 1, column 1: not YAML: could not determine"),
}
BAD_SCENES = {
    "unknown key": ("target: []", "target is no field of a scene; the fields are targets, paths"),
    "not a list": ("targets: 5", r"targets = 5, but it must be a list"),
    "unknown key in a target": ("targets: [{range_m: 5, range: 5}]",
                                r"targets\[0\] has a key range, but"),
    "a target anywhere": ("targets: [{velocity_mps: 5}]",
                          r"targets\[0\] = {'velocity_mps': 5}, but its range_m is missing"),
    "text in a target": ("targets: [{range_m: far}]", r"targets\[0\].range_m = 'far', but"),
    "out of range": ("targets: [{range_m: -5}]", r"targets\[0\].range_m = -5, but"),
    "text": ("cfo_hz: fast", "cfo_hz = 'fast', but it must be a number"),
}


def one_line(refused, path, pattern):
    assert refused.match(f"{path}: ?(scene: |waveform: )?{pattern}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text, pattern", BAD_WAVEFORMS.values(), ids=BAD_WAVEFORMS)
def test_a_bad_waveform_file_is_refused_in_one_line(tmp_path, text, pattern):
    path = tmp_path / "bad.yml"
    path.write_text(text)
    with pytest.raises(ValueError) as refused:
        isac.load_waveform(path)
    one_line(refused, path, pattern)


@pytest.mark.parametrize("text, pattern", BAD_SCENES.values(), ids=BAD_SCENES)
def test_a_bad_scene_file_is_refused_in_one_line(tmp_path, text, pattern):
    path = tmp_path / "bad.yml"
    path.write_text(text)
    with pytest.raises(ValueError) as refused:
        isac.load_scene(path)
    one_line(refused, path, pattern)


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "bad.yml"
    path.write_bytes(bytes(range(128, 256)))
    with pytest.raises(ValueError, match="is not a text file in UTF-8"):
        isac.load_waveform(path)


@pytest.mark.parametrize("source, pattern", [
    ("labb", "waveform: 'labb' is no preset; give one of lab, mmwave, pluto, thz, wide, or the"),
    ("", "waveform: '' is not a file"),
    ("../lab", "waveform: '../lab' does not exist"),
    ("none.yml", r"waveform: 'none.yml' does not exist; give a preset \(lab, "),
    ("/", "waveform: '/' is not a file"),
    (None, "waveform: None is a NoneType, but it must be a preset name, a path"),
    (3, "waveform: 3 is a int, but")])
def test_what_names_no_waveform_is_refused(source, pattern, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=pattern):
        isac.load_waveform(source)


def test_an_override_that_is_no_field_is_refused():
    with pytest.raises(ValueError, match="n_symbol is no field of a waveform"):
        isac.load_waveform("lab", n_symbol=3)
