// An activation and its slope as two curves, and a point that the reader moves along both.

import { choice, moveOnGrid, placeUnder, slider } from "./controls.js";
import { h, oncePerFrame, svg, widgetRoot } from "./drawing.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Activations and their slopes",
    pick: "Activation",
    negativeSlope: "Negative slope a",
    beta: "Gate's steepness β",
    value: "Value f(x)",
    slope: "Slope f′(x)",
    surface: "The point x on the curve of the activation",
    keys: "Drag the point, or use the arrow keys; Home and End go to the ends.",
    layers: "What 20 layers leave of a gradient if each has this slope",
    spoken: "{name} at x = {x}. Value: {value}. Slope: {slope}.",
  },
  zh: {
    title: "激活函数与它们的斜率",
    pick: "激活函数",
    negativeSlope: "负半轴斜率 a",
    beta: "门的陡峭程度 β",
    value: "函数值 f(x)",
    slope: "斜率 f′(x)",
    surface: "激活函数曲线上的点 x",
    keys: "拖动曲线上的点，或用方向键移动；Home、End 跳到两端。",
    layers: "如果 20 层都是这个斜率，梯度还剩",
    spoken: "{name}，x = {x}。函数值：{value}。斜率：{slope}。",
  },
};

const NAMES = { relu: "ReLU", leaky_relu: "Leaky ReLU", swish: "Swish", sigmoid: "Sigmoid", tanh: "tanh" };
const HAS_BEND = ["relu", "leaky_relu"]; // at 0, where the slope jumps

const LARGEST_X = 6;
const STEPS = 10; // positions of the point in one unit of x
const LAYERS = 20;

// Arithmetic ----------------------------------------------------------------------------------

/** Only exp(−|x|) is computed, which cannot overflow. */
export function sigmoid(x) {
  const small = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : small) / (1 + small);
}

/** { value, slope } of the activation at x; at a bend the slope is that of the negative side. */
export function evaluate({ activation, negative_slope: a, beta }, x) {
  if (activation === "relu") return { value: Math.max(x, 0), slope: x > 0 ? 1 : 0 };
  if (activation === "leaky_relu") return { value: x > 0 ? x : a * x, slope: x > 0 ? 1 : a };
  if (activation === "tanh") return { value: Math.tanh(x), slope: 1 - Math.tanh(x) ** 2 };
  if (activation === "sigmoid") return { value: sigmoid(x), slope: sigmoid(x) * sigmoid(-x) };
  const gate = sigmoid(beta * x);
  return { value: x * gate, slope: gate + beta * x * gate * (1 - gate) };
}

/** The arithmetic of { value, slope } at x, written out. */
export function explain(settings, x) {
  const { activation, negative_slope: a, beta } = settings;
  const { value, slope } = evaluate(settings, x);
  const [X, V, S] = [write(x), write(value), write(slope)];
  if (activation === "relu") return { value: `max(${X}, 0) = ${V}`, slope: S };
  if (activation === "leaky_relu") return { value: x > 0 ? V : `${write(a)} × ${bracket(x)} = ${V}`, slope: S };
  if (activation === "tanh") return { value: `tanh(${X}) = ${V}`, slope: `1 − ${bracket(value)}² = ${S}` };
  if (activation === "sigmoid") {
    return { value: `1 / (1 + e^${bracket(-x)}) = ${V}`, slope: `${V} × (1 − ${V}) = ${S}` };
  }
  const gate = write(sigmoid(beta * x));
  return {
    value: `${X} × σ(${write(beta * x)}) = ${X} × ${gate} = ${V}`,
    slope: `${gate} + ${bracket(beta * x)} × ${gate} × (1 − ${gate}) = ${S}`,
  };
}

/** A number with at most four decimals: −0.2384. */
export function write(value) {
  const size = Number(Math.abs(value).toFixed(4));
  return (value < 0 && size > 0 ? "−" : "") + size;
}

const bracket = (value) => (write(value).startsWith("−") ? `(${write(value)})` : write(value));

/** What is left of a gradient after that many layers of one slope: 9.1 × 10⁻¹³. */
export function writePower(slope, layers) {
  const power = slope ** layers;
  if (power === 0 || (power >= 0.01 && power < 1000)) return write(power);
  const [digits, exponent] = power.toExponential(1).split("e");
  return `${digits} × 10${raised(Number(exponent))}`;
}

const raised = (number) => String(number).replace(/./g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit] ?? "⁻");

/** The curve of "value" or "slope" as runs of [x, y] points; a slope that jumps makes two runs. */
export function curve(settings, kind) {
  const at = (x) => [x, evaluate(settings, x)[kind]];
  const range = (from, to) => Array.from({ length: 121 }, (_, i) => at(from + ((to - from) * i) / 120));
  if (kind === "value" || !HAS_BEND.includes(settings.activation)) return [range(-LARGEST_X, LARGEST_X)];
  const right = evaluate(settings, LARGEST_X).slope;
  return [range(-LARGEST_X, 0), [[0, right], [LARGEST_X, right]]];
}

// Pictures ------------------------------------------------------------------------------------

const UNIT = 40; // of x, in the units of the picture
const MARGIN = 40; // on the left and below, for the numbers on the axes

/** Axes and a curve; `y` holds the least and largest value, `unit` the height of 1, `ticks` of y. */
function plot({ y: [bottom, top], unit, ticks }) {
  const [width, height] = [2 * LARGEST_X * UNIT, (top - bottom) * unit];
  const place = ([x, y]) => [(x + LARGEST_X) * UNIT, (top - y) * unit];
  const picture = svg("svg", {
    class: "cnn-picture", "aria-hidden": "true",
    viewBox: `${-MARGIN} -8 ${width + MARGIN + 14} ${height + 8 + MARGIN}`,
  });
  const line = (from, to, kind) => {
    const [[x1, y1], [x2, y2]] = [place(from), place(to)];
    return svg("line", { x1, y1, x2, y2, class: kind });
  };
  const label = (x, y, text, anchor) => svg("text", { x, y, class: "cnn-axis-number", "text-anchor": anchor }, text);
  for (let x = -LARGEST_X; x <= LARGEST_X; x += 2) {
    picture.append(line([x, bottom], [x, top], x ? "cnn-grid-line" : "cnn-axis"),
      label(place([x, 0])[0], height + 20, write(x), "middle"));
  }
  for (const y of ticks) {
    picture.append(line([-LARGEST_X, y], [LARGEST_X, y], y ? "cnn-grid-line" : "cnn-axis"),
      label(-8, place([0, y])[1] + 6, write(y), "end"));
  }
  const path = svg("path", { class: "cnn-curve" });
  const ends = svg("g");
  const guide = svg("line", { class: "cnn-guide" });
  const tangent = svg("line", { class: "cnn-tangent" });
  const point = svg("circle", { class: "cnn-point", r: 9 });
  picture.append(path, ends, tangent, guide, point);

  const show = (runs) => {
    path.setAttribute("d", runs.map((run) => `M${run.map((p) => place(p).join(" ")).join("L")}`).join(""));
    const jumps = runs.length === 2 ? [[runs[0].at(-1), "cnn-end-closed"], [runs[1][0], "cnn-end-open"]] : [];
    ends.replaceChildren(...jumps.map(([p, kind]) => {
      const [cx, cy] = place(p);
      return svg("circle", { cx, cy, r: 6, class: kind });
    }));
  };
  const moveTo = (x, y, slope = null) => {
    const [cx, cy] = place([x, y]);
    set(point, { cx, cy });
    const [, zero] = place([0, 0]);
    set(guide, { x1: cx, x2: cx, y1: zero, y2: cy });
    if (slope === null) return;
    const reach = 1.6 / Math.hypot(1, slope);
    const [[x1, y1], [x2, y2]] = [place([x - reach, y - slope * reach]), place([x + reach, y + slope * reach])];
    set(tangent, { x1, y1, x2, y2 });
  };
  /** The position under a pointer, counted from the left end of the axis. */
  const locate = (event) => {
    const [, x] = placeUnder(event, picture, 1, width + MARGIN + 14);
    return Math.round(((x - MARGIN) / UNIT) * STEPS);
  };
  return { picture, show, moveTo, locate };
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

// The widget ----------------------------------------------------------------------------------

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const last = 2 * LARGEST_X * STEPS;
  const state = {};
  for (const name of ["activation", "negative_slope", "beta"]) state[name] = model.get(name);
  state.at = Math.round((model.get("x") + LARGEST_X) * STEPS);

  const values = plot({ y: [-3.2, 6.2], unit: 28, ticks: [-2, 0, 2, 4, 6] });
  const slopes = plot({ y: [-0.25, 1.25], unit: 135, ticks: [0, 0.5, 1] });
  const surface = h("div", { class: "cnn-surface", tabindex: 0, role: "slider", "aria-label": say.surface,
    "aria-valuemin": -LARGEST_X, "aria-valuemax": LARGEST_X }, values.picture);
  const lower = h("div", { class: "cnn-surface" }, slopes.picture);
  const [valueText, slopeText, powerText] = ["value", "slope", "power"].map((name) =>
    h("span", { class: `cnn-result cnn-result-${name}` }));
  const spoken = h("p", { class: "cnn-spoken", "aria-live": "polite" });

  const redraw = () => {
    values.show(curve(state, "value"));
    slopes.show(curve(state, "slope"));
    negativeSlope.element.hidden = state.activation !== "leaky_relu";
    beta.element.hidden = state.activation !== "swish";
    update();
  };
  const update = oncePerFrame(() => {
    const x = (state.at - LARGEST_X * STEPS) / STEPS;
    const { value, slope } = evaluate(state, x);
    values.moveTo(x, value, slope);
    slopes.moveTo(x, slope);
    const written = explain(state, x);
    valueText.textContent = `f(${write(x)}) = ${written.value}`;
    slopeText.textContent = `f′(${write(x)}) = ${written.slope}`;
    powerText.textContent = `${bracket(slope)}${raised(LAYERS)} = ${writePower(slope, LAYERS)}`;
    surface.setAttribute("aria-valuenow", x);
    surface.setAttribute("aria-valuetext", `x = ${write(x)}`);
    spoken.textContent = fill(say.spoken, { name: NAMES[state.activation], x: write(x), ...written });
  });
  const share = () => {
    for (const name of ["activation", "negative_slope", "beta"]) model.set(name, state[name]);
    model.set("x", (state.at - LARGEST_X * STEPS) / STEPS);
    model.save_changes();
  };
  const change = (wanted) => {
    Object.assign(state, wanted);
    share();
    redraw();
  };

  const picker = choice({ label: say.pick, options: Object.entries(NAMES), value: state.activation,
    apply: (activation) => change({ activation }) });
  const negativeSlope = slider({ label: say.negativeSlope, min: 0, max: 0.5, step: 0.01,
    value: state.negative_slope, write, apply: (value) => change({ negative_slope: value }) });
  const beta = slider({ label: say.beta, min: 0, max: 4, step: 0.1, value: state.beta, write,
    apply: (value) => change({ beta: value }) });

  // Up and right go on, down and left go back.
  const moveTo = (row, column) => {
    state.at = Math.min(last, Math.max(0, column - row));
    share();
    update();
  };
  for (const [element, { locate }] of [[surface, values], [lower, slopes]]) {
    moveOnGrid(element, { locate: (event) => [0, locate(event)], moveTo,
      position: () => [0, state.at], last: () => [0, last] });
  }

  const root = widgetRoot("activation-explorer", { language, title: say.title },
    h("div", { class: "cnn-tools" }, picker.element, negativeSlope.element, beta.element),
    h("div", { class: "cnn-panels" },
      h("div", { class: "cnn-panel" }, h("p", { class: "cnn-heading" }, say.value), surface,
        h("p", { class: "cnn-equation" }, valueText)),
      h("div", { class: "cnn-panel" }, h("p", { class: "cnn-heading" }, say.slope), lower,
        h("p", { class: "cnn-equation" }, slopeText)),
      h("p", { class: "cnn-equation cnn-power" }, h("span", { class: "cnn-note" }, say.layers), powerText)),
    h("p", { class: "cnn-note" }, say.keys), spoken);
  el.append(root);
  redraw();
  return () => {
    update.cancel();
    root.remove();
  };
}

export default { render };
