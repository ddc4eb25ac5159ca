"""Names of files from outside: one plain name, and whether opening such a file may run something."""

from pathlib import PurePosixPath
from typing import Final

import regex

_MOST: Final = 120
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]")
_APART = regex.compile(r'[\\/:*?"<>|]')
# fmt: off
RUNS: Final = frozenset({
    "app", "apk", "appref-ms", "bat", "chm", "cmd", "com", "cpl", "desktop", "dll", "dmg", "docm", "dotm", "exe",
    "gadget", "hta", "htm", "html", "img", "inf", "iso", "jar", "js", "jse", "lnk", "mht", "mhtml", "msc", "msi",
    "msp", "mst", "pif", "pkg", "pptm", "ps1", "reg", "scf", "scr", "settingcontent-ms", "sh", "svg", "url", "vb",
    "vbe", "vbs", "vhd", "wsf", "wsh", "xhtml", "xlam", "xll", "xlsm", "xsl",
})
# fmt: on
"""Endings of files that a computer runs, or that a browser or an office program may run something from."""


def plain_name(name: str) -> str:
    """The last part of the name without folders, control marks and turned writing, at most 120 characters.

    A name that turns its writing to hide its ending shows itself as it is; the ending always stays. A name of nothing
    becomes "file".
    """
    last = _UNSEEN.sub("", name).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    last = _APART.sub("_", last).strip(" .") or "file"
    ending = PurePosixPath(last).suffix[:20]
    return last if len(last) <= _MOST else last[: _MOST - len(ending) - 1] + "…" + ending


def may_run(name: str) -> bool:
    """Whether a file of this name may run something when it is opened; a person should know before saving it."""
    return PurePosixPath(plain_name(name)).suffix[1:].casefold() in RUNS
