"""What axe-core finds wrong with a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Reporting each element that passes as well takes as long again as looking at them.
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}


def violations(page: Page, leave_out: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    """Return each broken rule with the elements that break it.

    ``leave_out`` holds CSS selectors of parts that are looked at elsewhere.
    """
    context = {"exclude": [[selector] for selector in leave_out]} if leave_out else None
    found = Axe().run(page, context=context, options=ONLY_VIOLATIONS).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]
