# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""C++, Python and GRC describe the same blocks. Nothing is generated; all is checked."""

import re
from pathlib import Path

import pytest
import yaml
from gnuradio import gr, isac

ROOT = Path(__file__).parents[1]
YML = {p.name.removeprefix("isac_").removesuffix(".block.yml"): p
       for p in (ROOT / "grc").glob("isac_*.block.yml")}
VALUES = {"waveform", "scene", "antenna_array"}  # drawn as GRC variables
HEADERS = {p.stem for p in (ROOT / "include/gnuradio/isac").glob("*.h")} - {
    "api", "frame_meta", "map_geometry", "sensing_params", "status_meta"}
BLOCKS = sorted(HEADERS - VALUES)
ITEM_SIZE = {"complex": gr.sizeof_gr_complex, "float": gr.sizeof_float, "byte": gr.sizeof_char}


def description(name):
    return yaml.safe_load(YML[name].read_text())


def scope(name):
    """What the expressions of a block description may use, at its defaults."""
    names = {"isac": isac, "waveform": isac.waveform(), "scene": isac.scene()}
    for p in description(name)["parameters"]:
        if p["id"] not in names:
            names[p["id"]] = eval(str(p["default"]), names)
    return names


def evaluate(template, names):
    return eval(re.sub(r"\$\{(.*?)\}", r"(\1)", str(template)), names)


def test_every_header_is_bound_and_drawn():
    assert HEADERS <= set(dir(isac))
    assert HEADERS <= set(YML)


@pytest.mark.parametrize("name", sorted(YML))
def test_every_block_says_what_it_does(name):
    """The header comment must have made it into Python, where GRC reads it."""
    assert len(getattr(isac, name).__doc__ or "") > 80


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_value_has_one_set_of_names(name):
    header = (ROOT / f"include/gnuradio/isac/{name}.h").read_text()
    struct = header[header.index(f"struct {name}_params"):header.index(f"class ISAC_API {name}")]
    struct = re.sub(r"static .*", "", struct[:struct.index("\n};")])
    fields = re.findall(r"^    [\w:<>]+(?: [\w:<>]+)* (\w+)(?: = .*)?;", struct, re.M)
    grc = [p["id"] for p in description(name)["parameters"]]
    signature = getattr(isac, name).__init__.__doc__.split("*, ")[1]
    python = re.findall(r"(?:^|, )(\w+): ", signature)
    assert fields == grc == python


@pytest.mark.parametrize("name", BLOCKS)
def test_grc_draws_the_ports_the_block_has(name):
    """Makes the block the way GRC would and compares item sizes, port by port."""
    names = scope(name)
    block = evaluate(description(name)["templates"]["make"], names)
    for ports, signature in (("inputs", block.input_signature()),
                             ("outputs", block.output_signature())):
        drawn = []
        for p in description(name).get(ports, []):
            if p["domain"] == "stream":
                size = ITEM_SIZE[p["dtype"]] * evaluate(p.get("vlen", 1), names)
                drawn += [size] * evaluate(p.get("multiplicity", 1), names)
        n_ports = signature.max_streams()
        n_ports = len(drawn) if n_ports < 0 else n_ports
        assert drawn == [signature.sizeof_stream_item(i) for i in range(n_ports)]


@pytest.mark.parametrize("name", BLOCKS)
def test_grc_draws_the_messages_the_block_has(name):
    """Every message port except system, which all blocks have."""
    block = evaluate(description(name)["templates"]["make"], scope(name))
    for ports, has in (("inputs", block.message_ports_in()),
                       ("outputs", block.message_ports_out())):
        drawn = {p["id"] for p in description(name).get(ports, []) if p["domain"] == "message"}
        real = set(str(has)[2:-1].split()) - {"system"}
        assert drawn == real


@pytest.mark.parametrize("name", BLOCKS)
def test_grc_offers_the_parameters_the_block_has(name):
    """Same names, same order, same defaults; the waveform is always first."""
    names = scope(name)
    grc = [p["id"] for p in description(name)["parameters"] if p["id"] in names]
    signature = getattr(isac, name).__init__.__doc__.split("self: ")[1].splitlines()[0]
    python = re.findall(r", (\w+): ", signature)
    assert grc == python and grc[0] == "waveform"


def test_the_dsp_includes_no_gnu_radio():
    include = ROOT / "include/gnuradio/isac"
    values = [f for v in VALUES for f in (ROOT / f"lib/{v}.cc", include / f"{v}.h")]
    for path in [*(ROOT / "lib/dsp").iterdir(), *(include / "dsp").iterdir(), *values]:
        for header in re.findall(r"#include <(gnuradio/.*?)>", path.read_text()):
            assert header.startswith("gnuradio/isac/"), f"{path.name} includes {header}"


@pytest.mark.parametrize("pattern, cmake", [
    ("grc/*.block.yml", "grc/CMakeLists.txt"),
    ("include/gnuradio/isac/*.h", "include/gnuradio/isac/CMakeLists.txt"),
    ("lib/*.cc", "lib/CMakeLists.txt"),
    ("lib/dsp/*.cc", "lib/CMakeLists.txt"),
    ("python/isac/*.py", "python/isac/CMakeLists.txt"),
    ("python/isac/tracking/*.py", "python/isac/CMakeLists.txt"),
    ("python/isac/bindings/*_python.cc", "python/isac/bindings/CMakeLists.txt"),
    ("tests/dsp/*.cc", "tests/CMakeLists.txt")])
def test_no_file_is_forgotten_by_cmake(pattern, cmake):
    listed = (ROOT / cmake).read_text()
    assert [p.name for p in ROOT.glob(pattern) if p.name not in listed] == []


def test_every_file_says_whose_it_is():
    for folder in ("bench", "examples", "grc", "include", "lib", "python", "tests"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".cc", ".h", ".py", ".txt"} or path.name.endswith(".block.yml"):
                head = path.read_text()[:400]
                assert "SPDX-License-Identifier: GPL-3.0-or-later" in head, path
