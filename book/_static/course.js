// Small services of every page; the book is complete without them.
"use strict";

// The start page opens the language that was last chosen.
function rememberLanguage() {
  for (const link of document.querySelectorAll("[data-language]")) {
    link.addEventListener("click", () => {
      try {
        localStorage.setItem("cnn-language", link.dataset.language);
      } catch {
        // Storage is off: the start page follows the browser's language.
      }
    });
  }
}

// Sphinx fetches pages for the excerpts of search results; browsers forbid that for local files.
function searchLocalFiles() {
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
}

// Take excerpts from a page's text, without the buttons and tables of contents around it.
function excerptArticles() {
  if (typeof Search === "undefined") return;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".headerlink, script, style").forEach((element) => element.remove());
    const article = page.querySelector("article.bd-article");
    return ((anchor && article?.querySelector(anchor)) || article)?.textContent ?? "";
  };
}

// What scrolls sideways must be reachable by keyboard.
function focusScrollable() {
  for (const formula of document.querySelectorAll("mjx-container:not([display])")) {
    const room = formula.closest("p, li, td, th, dd, figcaption")?.clientWidth ?? Infinity;
    formula.classList.toggle("cnn-wide", formula.scrollWidth > room);
  }
  const wide = "div.math, mjx-container[display], .cnn-wide, .pst-scrollable-table-container, pre";
  for (const element of document.querySelectorAll(wide)) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
  }
}

searchLocalFiles();
document.addEventListener("DOMContentLoaded", rememberLanguage);
document.addEventListener("DOMContentLoaded", excerptArticles);
window.addEventListener("load", () => {
  const drawn = window.MathJax?.startup?.promise ?? Promise.resolve();
  drawn.then(focusScrollable);
  window.addEventListener("resize", focusScrollable);
});
