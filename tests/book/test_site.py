"""The published site: whole without a network, legible, accessible, in two languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accessibility import violations

BOOK = Path(__file__).parents[2] / "book"
PAGES = [
    str(page.relative_to(BOOK).with_suffix(""))
    for page in sorted(BOOK.rglob("*.md"))
    if not page.relative_to(BOOK).is_relative_to("zh")
] + ["search"]
LANGUAGES = ("en", "zh")
CODE_AND_FORMULAS = ("pre", "mjx-container")
every_page = pytest.mark.parametrize(
    "address", [f"{language}/{name}.html" for language in LANGUAGES for name in PAGES]
)


def test_both_languages_have_the_same_pages(site):
    english, chinese = (
        sorted(str(page.relative_to(site / language)) for page in (site / language).rglob("*.html"))
        for language in LANGUAGES
    )
    assert english == chinese
    assert {f"{name}.html" for name in PAGES} <= set(english)


@every_page
def test_a_page_is_whole_on_a_phone_without_a_network(address, page_at, site):
    page = page_at(address, base=site.as_uri(), width=360, height=780)
    assert asked_elsewhere(page, site.as_uri()) == []
    assert page.problems == []
    written = page.locator(".math").count()
    assert page.locator(".math mjx-container").count() >= written
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def asked_elsewhere(page, base):
    """Scroll to the end, where pictures load late; return what was asked of other sites."""
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(200)
    local = (base, "data:", "blob:")
    return [request for request in page.requested if not request.startswith(local)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_begins_with_the_punctuation_behind_a_formula(language, page_at):
    page = page_at(f"{language}/day04-backpropagation.html", width=360, height=780)
    apart = page.evaluate(
        """[...document.querySelectorAll(".cnn-keep")].map((kept) => {
          const range = document.createRange();
          range.selectNodeContents(kept.lastChild);
          const [mark, formula] = [range, kept.firstChild].map((it) => it.getBoundingClientRect());
          return [mark.top < formula.bottom && formula.top < mark.bottom, kept.textContent];
        })"""
    )
    assert len(apart) > 20
    assert [text for together, text in apart if not together] == []


def test_the_lesson_has_formulas(page_at):
    page = page_at("en/day07-convolutional-network.html")
    assert page.locator("mjx-container").count() > 10


@every_page
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_from_a_server_is_accessible_and_asks_no_other(address, theme, page_at, site_url):
    page = page_at(address + ("?q=ReLU" if "search" in address else ""), theme=theme)
    assert page.locator("html").get_attribute("data-theme") == theme
    assert asked_elsewhere(page, site_url) == []
    assert page.problems == []  # before axe, which itself asks for files that are not there
    assert violations(page, leave_out=CODE_AND_FORMULAS) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_and_formulas_are_accessible(theme, page_at):
    """They look the same on every page, and half of axe's time goes into their many elements."""
    assert violations(page_at("en/day07-convolutional-network.html", theme=theme)) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_language_switch_leads_to_the_twin_and_back(name, page_at, site_url):
    page = page_at(f"en/{name}.html")
    for folder, language in (("zh", "zh-CN"), ("en", "en")):
        page.locator("a.cnn-language").click()
        page.wait_for_url(f"{site_url}/{folder}/{name}.html")
        assert page.locator("html").get_attribute("lang") == language
    alternates = page.locator("link[rel=alternate][hreflang]")
    assert {link.get_attribute("hreflang") for link in alternates.all()} == {"en", "zh-CN"}


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("zh/search.html", "卷积"),
        ("zh/search.html", "感受野"),
        ("zh/search.html", "最大池化"),
        ("zh/search.html", "padding"),
        ("zh/search.html", "威胁模型"),
        ("en/search.html", "convolution"),
        ("en/search.html", "pooling"),
    ],
)
def test_search_finds_a_word_and_shows_where(address, word, page_at):
    page = page_at(f"{address}?q={word}")
    results = page.locator("#search-results ul.search > li")
    results.first.wait_for()
    page.wait_for_function("document.querySelector('#search-results p.context')")
    excerpts = " ".join(page.locator("#search-results p.context").all_inner_texts())
    assert word.lower() in excerpts.lower()


def test_search_does_not_find_what_is_not_there(page_at):
    page = page_at("zh/search.html?q=量子纠缠")
    page.wait_for_function("document.querySelector('.search-summary')?.innerText")
    assert page.locator("#search-results ul.search > li").count() == 0


@pytest.mark.parametrize(("locale", "folder"), [("zh-CN", "zh"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_start_page_follows_the_browsers_language(locale, folder, browser, site_url):
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(f"{site_url}/index.html")
    page.wait_for_url(f"{site_url}/{folder}/index.html")
    page.locator("a.cnn-language").click()
    page.goto(f"{site_url}/index.html")
    other = "en" if folder == "zh" else "zh"
    page.wait_for_url(f"{site_url}/{other}/index.html")  # the reader's choice is remembered
    context.close()


def test_the_start_page_offers_both_languages_without_script(browser, site_url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_url}/index.html")
    assert page.locator("main a").all_inner_texts() == ["English", "中文"]
    context.close()


def test_the_six_modules_are_numbered_sections(page_at):
    for language in LANGUAGES:
        page = page_at(f"{language}/day07-convolutional-network.html")
        numbers = page.locator("section.cnn-module > h2 .cnn-module-number").all_inner_texts()
        assert numbers == ["1", "2", "3", "4", "5", "6"]


def test_the_chinese_site_offers_the_chinese_source(site):
    source = site / "zh" / "_sources" / "index.md"
    assert source.read_bytes() == (BOOK / "zh" / "index.md").read_bytes()
