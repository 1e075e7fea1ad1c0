// Point at any number of a gradient: every term that makes it lights up, and the sum is written.

import { choice, moveOnGrid, placeUnder } from "./controls.js";
import { CELL, fittingSize, followTheme, formatNumber, h, kernelWindow, numberGrid, oncePerFrame, svg, widgetRoot } from "./drawing.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Every term of a convolution's gradients",
    keys: "Point at a number of grad_input, grad_weight, grad_bias or grad_output, or tap it. With the keyboard: Tab goes from one to the next, the arrow keys move inside; Home and End go to the first and last number.",
    output: "{rows} × {columns}, given",
    input: "{rows} × {columns}",
    weight: "{rows} × {columns}",
    gridLabel: "{name}, {rows} × {columns}; arrow keys choose a number",
    pictureLabel: "{name}, {rows} × {columns}",
    stride: "Stride",
    padding: "Padding",
    upstream: "grad_output",
    given: "This example's",
    ones: "All ones",
    single: "A single 1",
    sum: "{name}{index} is a sum of {count}",
    one: "{name}{index} has one term",
    none: "{name}{index}: no window reaches it, so no term",
    sends: "{name}{index} sends each weight of its window back, times {value}",
    cropped: "This cell is padding: nobody needs its gradient, it is cropped.",
    spoken: "{name}{index} = {terms} = {total}",
    spokenSends: "{name}{index} sends {terms} to grad_input",
  },
  zh: {
    title: "卷积梯度里的每一项",
    keys: "把指针移到 grad_input、grad_weight、grad_bias 或 grad_output 的某个数上，或点一下它。用键盘时：Tab 在各表之间切换，方向键在表内移动，Home、End 跳到第一个和最后一个数。",
    output: "{rows} × {columns}，已知",
    input: "大小 {rows} × {columns}",
    weight: "大小 {rows} × {columns}",
    gridLabel: "{name}，{rows} × {columns}，用方向键选一个数",
    pictureLabel: "{name}，大小 {rows} × {columns}",
    stride: "步幅",
    padding: "填充",
    upstream: "上游梯度 grad_output",
    given: "本例所用",
    ones: "全为 1",
    single: "只有一个 1",
    sum: "{name}{index} 由 {count} 项相加而成",
    one: "{name}{index} 只有一项",
    none: "{name}{index}：没有窗口到过这里，一项也没有",
    sends: "{name}{index} 把窗口里的每个权重乘以 {value} 传回去",
    cropped: "这一格是填充，它的梯度用不着，最后会裁掉。",
    spoken: "梯度 {name}{index} = {terms} = {total}",
    spokenSends: "{name}{index} 向 grad_input 传回 {terms}",
  },
};

const STRIDES = [1, 2, 3];
const PADDINGS = [0, 1];
const TAGS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NAMES = { output: "grad_output", input: "grad_input", weight: "grad_weight", bias: "grad_bias" };

/** How many windows fit: [H_out, W_out]. */
export function outputSize({ input, weight, stride, padding }) {
  const along = (size, k) => Math.floor((size + 2 * padding - k) / stride) + 1;
  return [along(input.length, weight.length), along(input[0].length, weight[0].length)];
}

/** grad_output of the wanted size: the given one continued, all ones, or a single 1. */
export function upstream(kind, [rows, columns], given) {
  const value = (i, j) => {
    if (kind === "ones") return 1;
    if (kind === "single") return i === (rows - 1) >> 1 && j === (columns - 1) >> 1 ? 1 : 0;
    return given[i]?.[j] ?? ((2 * i + 3 * j + 1) % 5) - 2;
  };
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j)));
}

/**
 * The terms that make one element of a gradient, in the order of the outputs. An element of
 * grad_input is counted in the padded input. Each term is { output: [i, j], weight: [u, v] or null,
 * input: [row, column] (padded) or null, g, x, product }; for of: "output", where it is sent.
 */
export function terms({ input, weight, grad, stride, padding }, { of, row, column }) {
  const found = [];
  const add = (output, at, g, x) => found.push({ output, weight: null, input: null, ...at, g, x, product: g * x });
  grad.forEach((line, i) => line.forEach((g, j) => {
    if (of === "bias") add([i, j], {}, g, 1);
    if (of === "weight") {
      const [p, q] = [stride * i + row, stride * j + column];
      add([i, j], { input: [p, q] }, g, input[p - padding]?.[q - padding] ?? 0);
    }
    if (of === "input") {
      const [u, v] = [row - stride * i, column - stride * j];
      const w = weight[u]?.[v];
      if (w !== undefined) add([i, j], { weight: [u, v] }, g, w);
    }
    if (of === "output" && i === row && j === column) {
      weight.forEach((values, u) => values.forEach((w, v) =>
        add([i, j], { weight: [u, v], input: [stride * i + u, stride * j + v] }, g, w)));
    }
  }));
  return found;
}

/** All three gradients, that of the input with its padding. */
export function gradients(state) {
  const all = (of, rows, columns) => Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) =>
      terms(state, { of, row, column }).reduce((sum, { product }) => sum + product, 0)));
  const ring = 2 * state.padding;
  return {
    input: all("input", state.input.length + ring, state.input[0].length + ring),
    weight: all("weight", state.weight.length, state.weight[0].length),
    bias: all("bias", 1, 1),
  };
}

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const given = model.get("grad_output");
  const state = {
    input: model.get("input_tensor"),
    weight: model.get("weight"),
    stride: model.get("stride"),
    padding: model.get("padding"),
    kind: "given",
  };
  const middle = (matrix) => [matrix.length >> 1, matrix[0].length >> 1];
  let target = { of: "input", row: 0, column: 0 };
  const places = {}; // where the reader was in each grid
  let results = null;
  let colours = null;

  // The six pictures: three are given, three are wanted; four of them can be pointed at.
  const panels = {
    output: panel("grad_output", "G", true),
    input0: panel("input_tensor", "X", false),
    weight0: panel("weight", "W", false),
    bias: panel("grad_bias", "∂L/∂b", true),
    input: panel("grad_input", "∂L/∂X", true),
    weight: panel("grad_weight", "∂L/∂W", true),
  };
  const place = h("p", { class: "cnn-heading" });
  const sum = h("div", { class: "cnn-sum" });
  const note = h("p", { class: "cnn-note" });
  const spoken = h("p", { class: "cnn-spoken", "aria-live": "polite" });

  function panel(name, symbol, pointed) {
    const title = h("p", { class: "cnn-heading" });
    const grid = h("div", pointed
      ? { class: "cnn-grid cnn-pointed", tabindex: 0, role: "application" }
      : { class: "cnn-grid", role: "img" });
    const element = h("div", { class: `cnn-panel cnn-panel-${name}` }, title, grid);
    return { name, symbol, element, title, grid, picture: null };
  }

  function matrices() {
    const ring = state.padding;
    const padded = Array.from({ length: state.input.length + 2 * ring }, (_, row) =>
      Array.from({ length: state.input[0].length + 2 * ring }, (_, column) =>
        state.input[row - ring]?.[column - ring] ?? 0));
    return { output: state.grad, input0: padded, weight0: state.weight, ...results };
  }

  const rebuild = () => {
    state.grad = upstream(state.kind, outputSize(state), given);
    results = gradients(state);
    for (const [key, matrix] of Object.entries(matrices())) {
      const [rows, columns] = [matrix.length, matrix[0].length];
      const { title, grid, name, symbol, element } = panels[key];
      panels[key].picture = tagged(rows, columns);
      panels[key].frame = kernelWindow(panels[key].picture.picture, 1, 1);
      grid.replaceChildren(panels[key].picture.picture);
      element.style.setProperty("--columns", columns);
      title.replaceChildren(h("code", {}, name), ` ${symbol}`);
      const label = grid.getAttribute("role") === "img" ? say.pictureLabel : say.gridLabel;
      grid.setAttribute("aria-label", fill(label, { name, rows, columns }));
      places[key] = keepInside(places[key] ?? middle(matrix), matrix);
    }
    [target.row, target.column] = places[target.of];
    update();
  };

  const update = oncePerFrame(() => {
    const found = terms(state, target);
    const lit = { output: {}, input0: {}, weight0: {}, bias: {}, input: {}, weight: {} };
    found.forEach(({ output, weight, input }, n) => {
      lit.output[output] = target.of === "output" ? "" : TAGS[n];
      if (weight) lit.weight0[weight] = TAGS[n];
      if (input) lit[target.of === "output" ? "input" : "input0"][input] = TAGS[n];
    });
    for (const [key, matrix] of Object.entries(matrices())) showMatrix(key, matrix, lit[key]);
    showSum(found);
  });

  function showMatrix(key, matrix, lit) {
    const { picture, frame } = panels[key];
    const ring = key.startsWith("input") ? state.padding : 0;
    const size = 0.9 * fittingSize(matrix.flat().map((value) => formatNumber(value)));
    matrix.forEach((line, row) => line.forEach((value, column) => {
      const isPadding = row < ring || column < ring || row >= matrix.length - ring || column >= line.length - ring;
      const tag = lit[[row, column]];
      const isLit = tag !== undefined;
      const colour = isLit ? colours.signed(key === "output" ? 0.45 : -0.45) : null;
      picture.show(row, column, { text: formatNumber(value), colour, size, dashed: isPadding });
      picture.tag(row, column, tag ?? "", colour);
    }));
    const isTarget = key === target.of;
    frame.frame.style.visibility = isTarget ? "visible" : "hidden";
    if (isTarget) frame.moveTo(target.row, target.column);
  }

  function showSum(found) {
    const sends = target.of === "output";
    const ring = target.of === "input" ? state.padding : 0;
    const index = target.of === "bias" ? "" : `[${minus(target.row - ring)}, ${minus(target.column - ring)}]`;
    const name = NAMES[target.of];
    const value = formatNumber(sends ? state.grad[target.row][target.column] : results[target.of][target.row][target.column]);
    const sentence = sends ? say.sends : [say.none, say.one][found.length] ?? say.sum;
    place.textContent = fill(sentence, { name, index, value, count: found.length });
    const chips = found.map((term, n) => h("span", { class: "cnn-line" },
      sends || n === 0 ? "" : h("span", { class: "cnn-plus" }, "+"),
      h("span", { class: "cnn-term" },
        h("span", { class: "cnn-symbols" }, h("b", {}, TAGS[n]), ` ${symbols(term)}`),
        h("span", {}, write(term)))));
    sum.replaceChildren(h("span", { class: "cnn-terms" }, ...chips),
      ...(sends ? [] : [h("span", { class: "cnn-total" }, `= ${value}`)]));
    const isCropped = target.of === "input" && isRing(target.row, target.column);
    note.textContent = isCropped ? say.cropped : "";
    const written = found.map(write);
    spoken.textContent = sends
      ? fill(say.spokenSends, { name, index, terms: written.join(", ") })
      : found.length ? fill(say.spoken, { name, index, terms: written.join(" + "), total: value }) : place.textContent;
  }

  function isRing(row, column) {
    const [rows, columns] = [results.input.length, results.input[0].length];
    const ring = state.padding;
    return row < ring || column < ring || row >= rows - ring || column >= columns - ring;
  }

  /** The term in the letters of the lesson: G[0, 0] W[1, 1]; indices of X without its padding. */
  function symbols({ output, weight, input }) {
    const at = ([row, column], ring = 0) => `[${minus(row - ring)},${minus(column - ring)}]`;
    const g = `G${at(output)}`;
    if (weight) return `${g} W${at(weight)}`;
    return input ? `${g} X${at(input, state.padding)}` : g;
  }

  function write({ g, x }) {
    if (target.of === "bias") return bracketed(g);
    return `${bracketed(g)} × ${bracketed(x)}`;
  }

  // The reader's hands --------------------------------------------------------------------------

  for (const of of Object.keys(NAMES)) {
    const { grid } = panels[of];
    const matrix = () => (of === "output" ? state.grad : results[of]);
    const moveTo = (row, column) => {
      places[of] = keepInside([row, column], matrix());
      target = { of, row: places[of][0], column: places[of][1] };
      update();
    };
    moveOnGrid(grid, {
      locate: (event) =>
        placeUnder(event, panels[of].picture.picture, matrix().length, matrix()[0].length).map(Math.floor),
      moveTo,
      position: () => places[of],
      last: () => [matrix().length - 1, matrix()[0].length - 1],
      hover: true,
    });
    grid.addEventListener("focus", () => moveTo(...places[of]));
  }

  const change = (wanted) => {
    const [rows, columns] = outputSize({ ...state, ...wanted });
    if (rows < 1 || columns < 1) return false;
    Object.assign(state, wanted);
    for (const name of ["stride", "padding"]) model.set(name, state[name]);
    model.save_changes();
    rebuild();
    return true;
  };
  const numbers = (name, values) => choice({
    label: say[name], options: values.map((value) => [value, value]), value: state[name],
    apply: (value) => change({ [name]: Number(value) }),
  });
  const kinds = choice({
    label: say.upstream, options: ["given", "ones", "single"].map((kind) => [kind, say[kind]]),
    value: "given", apply: (kind) => change({ kind }),
  });

  const root = widgetRoot("gradient-terms", { language, title: say.title },
    h("div", { class: "cnn-tools" },
      numbers("stride", STRIDES).element, numbers("padding", PADDINGS).element, kinds.element),
    h("div", { class: "cnn-panels" },
      ...["input0", "weight0", "output", "input", "weight", "bias"].map((key) => panels[key].element)),
    h("div", { class: "cnn-equation" }, place, sum, note),
    h("p", { class: "cnn-note cnn-keys" }, say.keys), spoken);
  el.append(root);

  const forgetTheme = followTheme(root, (scales) => {
    colours = scales;
    rebuild();
  });
  return () => {
    forgetTheme();
    update.cancel();
    root.remove();
  };
}

/** A grid of numbers whose cells can also carry a small letter in their corner. */
function tagged(rows, columns) {
  const { picture, show } = numberGrid(rows, columns);
  const tags = Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns) * CELL, (i % columns) * CELL];
    const text = svg("text", { x: x + 4, y: y + 11, class: "cnn-tag" });
    picture.append(text);
    return text;
  });
  const tag = (row, column, letter) => {
    tags[row * columns + column].textContent = letter;
  };
  return { picture, show, tag };
}

function keepInside([row, column], matrix) {
  const inside = (at, length) => Math.min(length - 1, Math.max(0, at));
  return [inside(row, matrix.length), inside(column, matrix[0].length)];
}

const minus = (number) => formatNumber(number);

const bracketed = (value) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value));

export default { render };
