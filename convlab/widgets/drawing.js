// The widgets' small common vocabulary: elements, colours, pictures, grids of numbers.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: h("p", { class: "x", onclick: f }, "text", child). */
export function h(tag, attributes = {}, ...children) {
  return build(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, tag), attributes, children);
}

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** The root of a widget: in its language, with a name, and left alone by JupyterLab's shortcuts. */
export function widgetRoot(name, { language, title }, ...children) {
  return h("div", { class: `cnn-widget cnn-${name}`, lang: language === "zh" ? "zh-CN" : "en",
    role: "group", "aria-label": title, "data-lm-suppress-shortcuts": "true" }, ...children);
}

// Colours -------------------------------------------------------------------------------------

/** [r, g, b] of a CSS custom property of the element: "--cnn-w-ink" may be any CSS colour. */
function colourOf(element, name) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = getComputedStyle(element).getPropertyValue(name).trim();
  const [, r, g, b] = /^#(..)(..)(..)/.exec(context.fillStyle) ?? [];
  return [r, g, b].map((two) => parseInt(two, 16));
}

function mix(from, to, t) {
  return from.map((channel, i) => Math.round(channel + t * (to[i] - channel)));
}

/**
 * The colour scales of the element's theme, as functions of a number in [-1, 1] or [0, 1]:
 * `signed` goes from negative through paper to positive, `ink` from paper to ink.
 */
export function colourScales(element) {
  const [paper, ink, positive, negative] = ["paper", "ink", "positive", "negative"].map((name) =>
    colourOf(element, `--cnn-w-${name}`),
  );
  return {
    signed: (value) => mix(paper, value < 0 ? negative : positive, Math.min(1, Math.abs(value))),
    ink: (value) => mix(paper, ink, Math.min(1, Math.max(0, value))),
  };
}

export const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;

function luminance(rgb) {
  const [r, g, b] = rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever is easier to read on the colour (WCAG contrast; at least 4.5). */
export function readableOn(rgb) {
  const light = luminance(rgb);
  return 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? "#fff" : "#000";
}

/** Call back whenever the page (or JupyterLab) changes between light and dark. */
export function onThemeChange(callback) {
  const observer = new MutationObserver(() => callback());
  observer.observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
  return () => observer.disconnect();
}

/** Call back with the element's colour scales, now and whenever the theme changes; returns an end. */
export function followTheme(element, recolour) {
  const tell = () => recolour(colourScales(element));
  tell();
  return onThemeChange(tell);
}

// Pictures ------------------------------------------------------------------------------------

/** Paint numbers on a canvas of as many points; `colour` maps a number to [r, g, b]. */
export function paint(canvas, values, colour) {
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const [r, g, b] = colour(values[i]);
    picture.data.set([r, g, b, 255], 4 * i);
  }
  context.putImageData(picture, 0, 0);
}

/** Run the callback once before the next frame, however often it is asked for. */
export function oncePerFrame(callback) {
  let waiting = 0;
  const request = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      callback();
    });
  };
  request.cancel = () => cancelAnimationFrame(waiting);
  return request;
}

// Numbers -------------------------------------------------------------------------------------

const DENOMINATORS = [1, 2, 3, 4, 8, 9, 16, 25];

/** A number as one would write it: 3, −2, 1/9, 0.37. */
export function formatNumber(value, { fractions = true } = {}) {
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  const denominator = DENOMINATORS.find((d) => Math.abs(size * d - Math.round(size * d)) < 1e-9);
  if (denominator === 1) return sign + Math.round(size);
  if (fractions && denominator && size < 1) return `${sign}${Math.round(size * denominator)}/${denominator}`;
  const digits = size < 100 ? 2 : 0;
  return sign + String(Number(size.toFixed(digits)));
}

/** Read "3", "-0.5", "−2" or "1/9"; null when it is none of these. */
export function parseNumber(text) {
  const match = /^\s*([-−+]?)\s*(\d*\.?\d+)\s*(?:\/\s*(\d*\.?\d+))?\s*$/.exec(text);
  if (!match) return null;
  const size = Number(match[2]) / Number(match[3] ?? 1);
  if (!Number.isFinite(size)) return null;
  return match[1] === "-" || match[1] === "−" ? -size : size;
}

// Grids of numbers ----------------------------------------------------------------------------

export const CELL = 40; // the side of a cell, in the units of an SVG picture

/** A rows x columns picture of number cells; show(row, column, {...}) sets one of them. */
export function numberGrid(rows, columns) {
  const picture = svg("svg", {
    viewBox: `-2 -2 ${columns * CELL + 4} ${rows * CELL + 4}`,
    class: "cnn-picture",
  });
  const cells = Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns) * CELL, (i % columns) * CELL];
    const square = svg("rect", { x, y, width: CELL, height: CELL, class: "cnn-cell" });
    const number = svg("text", { x: x + CELL / 2, y: y + CELL / 2, class: "cnn-number" });
    picture.append(square, number);
    return { square, number };
  });
  const show = (row, column, { text = "", colour = null, size = 0.45, dashed = false, faint = false }) => {
    const { square, number } = cells[row * columns + column];
    square.style.fill = colour ? css(colour) : "none";
    square.classList.toggle("cnn-dashed", dashed);
    number.textContent = text;
    number.style.fill = colour && !faint ? readableOn(colour) : "";
    number.style.fontSize = `${size * CELL}px`;
  };
  return { picture, show };
}

/** Font size, as a share of the cell, at which the longest of the texts fits. */
export function fittingSize(texts) {
  const longest = Math.max(...texts.map((text) => text.length));
  return Math.min(0.45, 1.5 / longest);
}

/** The frame of a kernel window, and moveTo(row, column) in cells. */
export function kernelWindow(picture, rows, columns) {
  const frame = svg("rect", {
    width: columns * CELL,
    height: rows * CELL,
    rx: 3,
    class: "cnn-window",
  });
  picture.append(frame);
  const moveTo = (row, column) => {
    frame.style.transform = `translate(${column * CELL}px, ${row * CELL}px)`;
  };
  return { frame, moveTo };
}

/** An arrow within a picture, and point(from, to) in its units; hide() takes it away. */
export function link(picture) {
  const line = svg("path", { class: "cnn-link" });
  const head = svg("path", { class: "cnn-link-head", d: "M0 0L-9 4.5V-4.5Z" });
  const group = svg("g", { "aria-hidden": "true", visibility: "hidden" }, line, head);
  picture.append(group);
  const point = ([x0, y0], [x1, y1]) => {
    const angle = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
    line.setAttribute("d", `M${x0} ${y0}L${x1} ${y1}`);
    head.setAttribute("transform", `translate(${x1} ${y1}) rotate(${angle})`);
    group.setAttribute("visibility", "visible");
  };
  return { point, hide: () => group.setAttribute("visibility", "hidden") };
}

/** A short arrow downwards or to the right, decoration only. */
export function arrow(direction) {
  const path = direction === "down" ? "M8 1v13m-5-5 5 5 5-5" : "M1 8h13m-5-5 5 5-5 5";
  return svg("svg", { viewBox: "0 0 16 16", class: "cnn-arrow", "aria-hidden": "true" },
    svg("path", { d: path }));
}
