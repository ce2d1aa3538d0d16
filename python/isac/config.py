# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waveforms and scenes by name, from YAML or as objects, with one line for every mistake.

The constructors of the C++ values are the only list of the keys and their types: they are
read from the signatures that pybind11 writes, so a new field needs no change here.
"""

import enum
import math
import re
from pathlib import Path

import yaml

from . import isac_python as _isac

_DATA = Path(__file__).parent / "data"  # installed, or links into the source tree
_FIELD = re.compile(r"(\w+): ([\w.]+(?:\[[^\]]*\])?)(?= =|,|\))")


def presets(kind):
    """Names of the files that come with gr-isac; `kind` is "waveforms" or "scenes"."""
    return sorted(path.stem for path in (_DATA / kind).glob("*.yml"))


def load_waveform(source="lab", **overrides):
    """A waveform by preset name, from a YAML file, from a dictionary or from another one.

    Args:
        source: preset name, path of a .yml file, dictionary of fields, or isac.waveform.
        overrides: fields to change; None leaves one as it is. Enumerators may be names.

    Raises:
        ValueError: one line with the file, the field, its value and the rule.
    """
    return _load("waveform", source, overrides)


def load_scene(source="street", **overrides):
    """A scene by preset name, from a YAML file, from a dictionary or from another one.

    Args:
        source: preset name, path of a .yml file, dictionary of fields, or isac.scene.
        overrides: fields to change; None leaves one as it is.

    Raises:
        ValueError: one line with the file, the field, its value and the rule.
    """
    return _load("scene", source, overrides)


def _load(kind, source, overrides):
    where = kind
    overrides = {name: value for name, value in overrides.items() if value is not None}
    if isinstance(source, getattr(_isac, kind)):
        if not overrides:
            return source
        fields = {name: getattr(source, name) for name in _fields(kind)}
    elif isinstance(source, dict):
        fields = source
    elif isinstance(source, (str, Path)):
        path = _find(kind, source)
        fields, where = _read(path), str(path)
    else:
        raise ValueError(f"{kind}: {source!r} is a {type(source).__name__}, but it must be a "
                         "preset "
                         f"name, a path, a dictionary or an isac.{kind}")
    return _make(kind, {**fields, **overrides}, where)


def _find(kind, source):
    text = str(source)
    preset = _DATA / f"{kind}s" / f"{text}.yml"
    if re.fullmatch(r"\w[\w-]*", text) and preset.is_file():
        return preset
    path = Path(text).expanduser()
    if path.is_file():
        return path
    if path.suffix in (".yml", ".yaml") or len(path.parts) > 1 or path.exists():
        problem = "is not a file" if path.exists() else "does not exist"
        raise ValueError(f"{kind}: {text!r} {problem}; give a preset "
                         f"({_list(presets(kind + 's'))}) "
                         f"or the path of a .yml file")
    raise ValueError(f"{kind}: {text!r} is no preset; give one of {_list(presets(kind + 's'))}, "
                     f"or the path of a .yml file")


def _read(path):
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path}: is not a text file in UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}, column {mark.column + 1}:" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ValueError(f"{path}:{line} not YAML: {problem}") from None
    if not isinstance(fields, dict):
        raise ValueError(f"{path}: holds {_shown(fields)}, but it must hold lines of the form "
                         f"key: value")
    return fields


def _fields(kind):
    """Names and types of a constructor's keywords, as pybind11 documents them."""
    signature = getattr(_isac, kind).__init__.__doc__.split("self: ")[1].split("->")[0]
    return {name: kind for name, kind in _FIELD.findall(signature) if name != "self"}


def _make(kind, values, where):
    known = _fields(kind)
    for name in values:
        if name not in known:
            raise ValueError(f"{where}: {name} is no field of a {kind}; the fields are "
                             f"{_list(known)}")
    fields = {name: _convert(known[name], value, name, where) for name, value in values.items()}
    try:
        return getattr(_isac, kind)(**fields)
    except (TypeError, ValueError) as error:
        message = str(error).splitlines()[0]
        raise ValueError(message if where == kind else f"{where}: {message}") from None


def _convert(type_name, value, name, where):
    """One YAML value as the type that the constructor wants."""
    type_name = type_name.split(".")[-1]
    if type_name in ("float", "int"):
        return _number(type_name, value, name, where)
    cls = getattr(_isac, type_name, None)
    if hasattr(cls, "__members__"):
        return value if isinstance(value, cls) else _enumerator(cls, value, name, where)
    if not isinstance(value, list):
        return value
    return [_reflector(element, f"{name}[{i}]", where) for i, element in enumerate(value)]


def _reflector(fields, name, where):
    """A target or a path. The constructor checks it; where it is, it would make up."""
    if not isinstance(fields, dict):
        return fields
    if "range_m" not in fields:
        raise ValueError(f"{where}: {name} = {_shown(fields)}, but its range_m is missing")
    return {key: _as_number(value) for key, value in fields.items()}


def _as_number(value):
    """YAML 1.1 reads 5.8e9, without a sign in the exponent, as a word."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _number(type_name, value, name, where):
    rule = "it must be a whole number" if type_name == "int" else "it must be a number"
    try:
        if isinstance(value, bool) or isinstance(value, enum.Enum):
            raise TypeError
        number = float(value)  # also of text, for the reason above
    except (TypeError, ValueError):
        raise _wrong(where, name, value, rule) from None
    if math.isnan(number) or (type_name == "int" and not number.is_integer()):
        raise _wrong(where, name, value, rule)
    if type_name == "int" and abs(number) >= 2**31:
        raise _wrong(where, name, value, f"{rule} of at most 31 bits")
    return int(number) if type_name == "int" else number


def _enumerator(cls, value, name, where):
    """`qam64`, `64-QAM` and `QAM64` are the same; so are `cc_1_2` and `CC12`."""
    def plain(text):
        text = re.sub(r"[\W_]", "", text.upper())
        return re.sub(r"^(\d+)([A-Z]+)$", r"\2\1", text)

    for member, enumerator in cls.__members__.items():
        if isinstance(value, str) and plain(member) == plain(value):
            return enumerator
    raise _wrong(where, name, value, f"it must be one of {_list(cls.__members__)}")


def _wrong(where, name, value, rule):
    return ValueError(f"{where}: {name} = {_shown(value)}, but {rule}")


def _shown(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _list(names):
    return ", ".join(names) or "none"
