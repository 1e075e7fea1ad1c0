"""Link each page with its twin: a button in the page's header and ``hreflang`` in its head.

Addresses are relative, so that they hold on a server, in a subfolder and from ``file://``.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

# Sphinx's language: folder on the site, the page's lang attribute, the language's own name.
LANGUAGES = {"en": ("en", "en", "English"), "zh_CN": ("zh", "zh-CN", "中文")}


def link_twin(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the page's template the address and the name of its twin."""
    up = "../" * (pagename.count("/") + 1)
    addresses = {
        name: f"{up}{folder}/{pagename}.html" for name, (folder, _, _) in LANGUAGES.items()
    }
    other = next(name for name in LANGUAGES if name != app.config.language)
    folder, lang, title = LANGUAGES[other]
    context["twin"] = {"href": addresses[other], "folder": folder, "lang": lang, "title": title}
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n<link rel="alternate" hreflang="{LANGUAGES[name][1]}" href="{address}" />'
        for name, address in addresses.items()
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", link_twin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
