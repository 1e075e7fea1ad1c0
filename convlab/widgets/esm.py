"""Bundle an ES module and its relative imports into the one text that anywidget's ``_esm`` takes.

The modules stay real ones, which browsers and Node import as they are. Only the forms that the
widgets use are understood: named imports from ``"./x.js"``, and exported declarations.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"(\./[^"]+)";[ \t]*$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export\s+(?=(?:async\s+)?(?:function\*?|const|let|class)\s+(\w+))", re.MULTILINE
)
_DEFAULT = re.compile(r"^export\s+default\b", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class BundleError(ValueError):
    """A module uses an import or export that the bundler does not know, or cannot be found."""


def bundle(entry: Path) -> str:
    """Return the text of ``entry`` with every relative import inlined.

    An imported module becomes a function scope of its own that returns what it exports, so equal
    names in two modules do not collide. A module that is imported twice is included once.

    Parameters
    ----------
    entry : Path
        The module whose default export is the widget.

    Raises
    ------
    BundleError
        For an import that is not ``import { a, b as c } from "./x.js";``, for another export than
        a declaration, for a circular import, and for a file that does not exist.
    """
    scopes: dict[Path, str] = {}
    body, _ = _translate(entry.resolve(), scopes, ())
    return "\n".join([*scopes.values(), body])


def _translate(path: Path, scopes: dict[Path, str], importers: tuple[Path, ...]) -> tuple[str, str]:
    """Return the module's text without imports and exports, and its list of exported names."""
    if path in importers:
        chain = " -> ".join(p.name for p in (*importers, path))
        raise BundleError(f"circular import: {chain}; move what both need to a third module")
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        by = f", imported by {importers[-1].name}" if importers else ""
        raise BundleError(f"cannot read {path.name}{by}: {error.strerror}") from error

    def inline(match: re.Match[str]) -> str:
        names, target = match.groups()
        imported = (path.parent / target).resolve()
        if imported not in scopes:
            text, exports = _translate(imported, scopes, (*importers, path))
            scopes[imported] = (
                f"const {_scope(imported)} = (() => {{\n{text}\nreturn {{ {exports} }};\n}})();"
            )
        bound = re.sub(r"\s+as\s+", ": ", names)
        return f"const {{{bound}}} = {_scope(imported)};"

    text = _IMPORT.sub(inline, source)
    exports = ", ".join(_EXPORT.findall(text))
    text = _EXPORT.sub("", text)
    if other := _OTHER.search(text if importers else _DEFAULT.sub("", text)):
        raise BundleError(
            f"{path.name}: cannot bundle `{other[0]}`; "
            'use `import { name } from "./x.js";` and exported declarations'
        )
    return text, exports


def _scope(path: Path) -> str:
    return "module_" + re.sub(r"\W", "_", path.stem)
