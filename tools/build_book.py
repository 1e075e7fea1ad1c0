"""Build the book in both languages into ``_build/site``, with every warning an error.

Run as ``python -m tools.build_book``. The configuration is Jupyter Book's own, ``book/_config.yml``
and ``book/_toc.yml``. Code cells run once for both languages, and again only when a page's code,
the package ``convlab``, its data or the locked dependencies change; pages are read again only when
they change. A build that fails leaves the site as it was and names file and line of each problem.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import filecmp
import hashlib
import io
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tools.broken_cells import describe_broken_cell

ROOT = Path(__file__).parents[1]
LANGUAGES = {"en": "en", "zh": "zh_CN"}  # folder on the site: Sphinx's name
SITE_INDEX = Path("_templates") / "site_index.html"
# What Sphinx keeps in its output for itself, or only developers of the theme need.
NOT_PUBLISHED = ("*.map", ".buildinfo*", "reports")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PROBLEM = re.compile(
    r"^(?P<where>.*?)(?:: )?(?P<level>WARNING|ERROR|CRITICAL|SEVERE): (?P<what>.*)$"
)


@dataclass(frozen=True)
class Folders:
    """Where a build reads and writes.

    Attributes
    ----------
    source : Path
        The book: ``_toc.yml``, pages, and ``_config.yml`` unless the course's own is to serve.
    output : Path
        Everything built: ``site/`` to publish, and the builder's own state beside it.
    """

    source: Path
    output: Path

    @property
    def site(self) -> Path:
        """The folder to publish."""
        return self.output / "site"

    @property
    def config(self) -> Path:
        """The book's configuration, or the course's where the book has none."""
        own = self.source / "_config.yml"
        return own if own.exists() else ROOT / "book" / "_config.yml"

    def work(self, language: str) -> Path:
        """Sphinx's folder of one language."""
        return self.output / "book" / language


def build(folders: Folders, languages: list[str]) -> list[str]:
    """Build the book and publish it to ``site/`` where nothing was wrong.

    Parameters
    ----------
    folders : Folders
        Where to read and write.
    languages : list of str
        Keys of ``LANGUAGES``.

    Returns
    -------
    list of str
        The problems, each ``file:line: sentence``; empty when the site is built.
    """
    folders.output.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with _alone(folders.output):
        cache = _execution_cache(folders.output)
        for language in languages:
            start = time.monotonic()
            print(f"Building the book ({language}) ...", flush=True)
            found, cell_failed = _build_language(folders, language, cache)
            if not found:
                _publish(folders.work(language) / "html", folders.site / language)
                print(f"  {folders.site / language}: {time.monotonic() - start:.1f} s", flush=True)
            problems += found
            if cell_failed:
                break  # the other language runs the same cells
        index = folders.source / SITE_INDEX
        if index.exists():
            folders.site.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(index, folders.site / "index.html")
    return problems


def _build_language(folders: Folders, language: str, cache: Path) -> tuple[list[str], bool]:
    """Run Sphinx once; return its problems, and whether a code cell failed."""
    # Sphinx takes a second to import, and only this function needs it.
    from jupyter_book.sphinx import build_sphinx

    work = folders.work(language)
    doctrees = work / f"doctrees-{_page_fingerprint(folders, cache)}"
    for outdated in work.glob("doctrees-*"):
        if outdated != doctrees:
            shutil.rmtree(outdated)
    warnings = io.StringIO()
    with _kernels_quiet(work / "kernels.log"), contextlib.redirect_stderr(warnings):
        result = build_sphinx(
            folders.source,
            work / "html",
            noconfig=True,
            path_config=folders.config,
            confoverrides={
                "language": LANGUAGES[language],
                "external_toc_path": (folders.source / "_toc.yml").as_posix(),
                "nb_execution_cache_path": str(cache),
                "nitpicky": True,
                "latex_individualpages": False,
            },
            doctreedir=doctrees,
            builder="html",
            warningiserror=True,
            keep_going=True,
            quiet=True,
        )
    if isinstance(result, KeyboardInterrupt):
        raise result
    text = _ANSI.sub("", warnings.getvalue())
    problems, cell_failed = _problems(result, text, folders.source, LANGUAGES[language])
    if problems:
        # Sphinx forgets the warnings of pages that it does not read again.
        shutil.rmtree(doctrees, ignore_errors=True)
    return problems, cell_failed


def _problems(result: object, text: str, source: Path, language: str) -> tuple[list[str], bool]:
    if isinstance(result, Exception):
        cell = describe_broken_cell(result, source, language)
        if cell is not None:
            return [_short(cell)], True
    problems: list[str] = []
    for line in text.splitlines():
        match = _PROBLEM.match(line)
        if match is not None:
            where = match["where"].rstrip(":") or str(source)
            problems.append(_short(f"{where}: {match['what']}"))
    if isinstance(result, BaseException):
        problems.append(f"{source}: {type(result).__name__}: {result}\n{text}")
    elif result and not problems:
        problems.append(f"{source}: the build failed\n{text}")
    return list(dict.fromkeys(problems)), False


def _short(problem: str) -> str:
    """Write paths as the reader would type them."""
    return problem.replace(f"{Path.cwd()}/", "")


# -- State between builds -----------------------------------------------------------------------


@contextlib.contextmanager
def _kernels_quiet(log: Path) -> Iterator[None]:
    """Keep what Jupyter's kernels write to the error stream in a file: they warn at each start."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    stream = os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stream, 2)
            os.close(stream)


@contextlib.contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Wait for another build into the same folder."""
    with (output / ".build-lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build is writing here; waiting for it to end ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _execution_cache(output: Path) -> Path:
    """Return the cache of executed cells, named by what the cells import; drop outdated ones."""
    decisive = (ROOT / "convlab", ROOT / "requirements.lock")
    cache = output / f".jupyter_cache-{_hash_files(*decisive)}"
    for outdated in output.glob(".jupyter_cache-*"):
        if outdated != cache:
            shutil.rmtree(outdated)
    return cache


def _page_fingerprint(folders: Folders, cache: Path) -> str:
    """Hash what decides the look of all pages, and which Sphinx does not watch."""
    watched = (ROOT / "book" / "_ext", folders.source / "_static", folders.source / "_templates")
    return _hash_files(*watched, seed=cache.name)


def _hash_files(*paths: Path, seed: str = "") -> str:
    """Hash the names and contents of files, and of all files below folders."""
    digest = hashlib.sha256(seed.encode())
    for path in paths:
        for file in sorted(path.rglob("*") if path.is_dir() else [path]):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(path.parent)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


# -- The published folder -----------------------------------------------------------------------


def _publish(built: Path, site: Path) -> None:
    """Make `site` equal to `built`, touching only files that differ."""
    wanted = set(_published_files(built))
    for relative in wanted:
        source, target = built / relative, site / relative
        if not target.exists() or not filecmp.cmp(source, target, shallow=False):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for file in sorted(site.rglob("*"), reverse=True):
        if file.is_dir():
            with contextlib.suppress(OSError):  # a folder that still holds files
                file.rmdir()
        elif file.relative_to(site) not in wanted:
            file.unlink()


def _published_files(built: Path) -> Iterator[Path]:
    for file in built.rglob("*"):
        relative = file.relative_to(built)
        if file.is_file() and not any(
            fnmatch(part, name) for part in relative.parts for name in NOT_PUBLISHED
        ):
            yield relative


def main(arguments: list[str] | None = None) -> int:
    """Build from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.build_book", description=__doc__)
    parser.add_argument(
        "--language", choices=LANGUAGES, action="append", help="only this one (default: all)"
    )
    parser.add_argument(
        "--source", type=Path, default=ROOT / "book", help="the book (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "_build", help="default: %(default)s")
    options = parser.parse_args(arguments)
    folders = Folders(options.source.resolve(), options.output.resolve())
    if not (folders.source / "_toc.yml").exists():
        print(f"{folders.source} holds no book: _toc.yml is missing", file=sys.stderr)
        return 2
    problems = build(folders, options.language or list(LANGUAGES))
    if problems:
        print("\n".join(problems), file=sys.stderr)
        noun = "problem" if len(problems) == 1 else "problems"
        print(f"The book was not built: {len(problems)} {noun}, named above.", file=sys.stderr)
        return 1
    print(f"The book is built: open {folders.site / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
