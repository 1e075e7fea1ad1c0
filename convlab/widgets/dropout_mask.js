// Dropout on one layer: the mask that was drawn, what it leaves, and the mean over many draws.

import { choice, moveOnGrid, placeUnder, slider } from "./controls.js";
import { CELL, fittingSize, followTheme, formatNumber, h, kernelWindow, numberGrid, oncePerFrame, widgetRoot } from "./drawing.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Draw a mask",
    probability: "Probability p",
    mode: "Mode",
    training: "Training",
    evaluation: "Evaluation",
    once: "Draw a mask",
    often: "Draw 100 more",
    input: "Input x",
    mask: "Mask M: 1 kept, 0 dropped",
    output: "Output",
    average: "Mean output over all draws: {count}",
    always: "Mean output: the same in every call",
    mean: "mean {mean}",
    unit: "Unit {unit}",
    keys: "Choose a unit with the pointer or the arrow keys; Home and End go to the first and last.",
    surface: "The layer's units; arrow keys choose one",
    isKept: "{x} × 1 / (1 − {p}) = {y}. Kept: its gradient is multiplied by {scale}.",
    isDropped: "{x} × 0 / (1 − {p}) = 0. Dropped: its gradient is 0.",
    isUnchanged: "{x} stays {x}. No mask in evaluation: the gradient passes unchanged too.",
  },
  zh: {
    title: "抽一个掩码",
    probability: "丢弃概率 p",
    mode: "模式",
    training: "训练",
    evaluation: "评估",
    once: "抽一个掩码",
    often: "再抽 100 次",
    input: "输入 x",
    mask: "掩码 M：1 保留，0 丢弃",
    output: "输出",
    average: "平均输出，已抽 {count} 次",
    always: "平均输出：每次调用都一样",
    mean: "均值 {mean}",
    unit: "单元 {unit}",
    keys: "点选一个单元，或用方向键选；Home、End 跳到第一个和最后一个。",
    surface: "这一层的各个单元，方向键选择其中一个",
    isKept: "{x} × 1 / (1 − {p}) = {y}。保留：它的梯度乘以 {scale}。",
    isDropped: "{x} × 0 / (1 − {p}) = 0。丢弃：它的梯度是 0。",
    isUnchanged: "{x} 还是 {x}。评估时没有掩码，梯度也原样通过。",
  },
};

const ROWS = ["input", "mask", "output", "average"];
const MANY = 100;

// Arithmetic ----------------------------------------------------------------------------------

/** Random numbers in [0, 1), the same for the same seed (mulberry32). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Inverted dropout: a unit is kept where its random number is at least p. */
export function dropout(values, uniforms, p, training) {
  const mask = uniforms.map((uniform) => !training || uniform >= p);
  const scale = training ? 1 / (1 - p) : 1;
  return { mask, output: values.map((value, i) => (mask[i] ? value * scale : 0)) };
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// The widget ----------------------------------------------------------------------------------

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const values = model.get("values");
  const next = generator(model.get("seed"));
  const state = { p: model.get("p"), training: true, at: 0 };
  const write = (value) => formatNumber(value, { fractions: false });
  let colours = null;

  /** Begin a new mean with the mask at hand: p or the mode has changed. */
  const begin = () => {
    state.drawn = dropout(values, state.uniforms, state.p, state.training);
    state.sums = [...state.drawn.output];
    state.count = 1;
  };
  const draw = (times) => {
    for (let i = 0; i < times; i++) {
      state.uniforms = values.map(next);
      state.drawn = dropout(values, state.uniforms, state.p, state.training);
      state.sums = state.sums.map((sum, unit) => sum + state.drawn.output[unit]);
      state.count += 1;
    }
    update();
  };
  state.uniforms = values.map(next);
  begin();

  const rows = ROWS.map((name) => {
    const grid = numberGrid(1, values.length);
    return { name, grid, frame: kernelWindow(grid.picture, 1, 1),
      label: h("span"), mean: h("span", { class: "cnn-mean" }) };
  });
  const surface = h("div", { class: "cnn-surface", tabindex: 0, role: "application", "aria-label": say.surface },
    ...rows.map((row) => h("div", { class: `cnn-layer cnn-layer-${row.name}` },
      h("p", { class: "cnn-heading" }, row.label, row.mean), row.grid.picture)));
  const unit = h("span", { class: "cnn-heading" });
  const arithmetic = h("span", { class: "cnn-arithmetic" });
  const spoken = h("p", { class: "cnn-spoken", "aria-live": "polite" });

  const update = oncePerFrame(() => {
    const averages = state.sums.map((sum) => sum / state.count);
    const shown = { input: values, mask: state.drawn.mask.map(Number), output: state.drawn.output, average: averages };
    const largest = Math.max(1e-9, ...[...values, ...state.drawn.output, ...averages].map(Math.abs));
    for (const row of rows) {
      showRow(row, shown[row.name], row.name === "mask" ? 2 : largest);
      row.frame.moveTo(0, state.at);
    }
    unit.textContent = fill(say.unit, { unit: state.at + 1 });
    arithmetic.textContent = explain();
    spoken.textContent = `${unit.textContent}${language === "zh" ? "：" : ": "}${arithmetic.textContent}`;
  });

  function showRow({ name, grid, label, mean: meanText }, numbers, largest) {
    const texts = numbers.map(write);
    const size = fittingSize(texts);
    numbers.forEach((number, i) => {
      const dropped = name !== "input" && name !== "average" && !state.drawn.mask[i];
      grid.show(0, i, { text: texts[i], colour: colours.signed((0.7 * number) / largest), size,
        dashed: dropped, faint: dropped });
    });
    label.textContent = fill(name === "average" && !state.training ? say.always : say[name], { count: state.count });
    meanText.textContent = name === "mask" ? "" : fill(say.mean, { mean: write(mean(numbers)) });
  }

  function explain() {
    const [x, p] = [write(values[state.at]), write(state.p)];
    if (!state.training) return fill(say.isUnchanged, { x });
    if (!state.drawn.mask[state.at]) return fill(say.isDropped, { x, p });
    return fill(say.isKept, { x, p, y: write(state.drawn.output[state.at]), scale: write(1 / (1 - state.p)) });
  }

  const change = (wanted) => {
    Object.assign(state, wanted);
    begin();
    for (const button of buttons) button.disabled = !state.training;
    model.set("p", state.p);
    model.save_changes();
    update();
  };
  const probability = slider({ label: say.probability, min: 0, max: 0.9, step: 0.05, value: state.p, write,
    apply: (p) => change({ p }) });
  const mode = choice({ label: say.mode, options: ["training", "evaluation"].map((name) => [name, say[name]]),
    value: "training", apply: (name) => change({ training: name === "training" }) });
  const buttons = [["once", 1], ["often", MANY]].map(([name, times]) =>
    h("button", { type: "button", onclick: () => draw(times) }, say[name]));

  moveOnGrid(surface, {
    locate: (event) => {
      const [, x] = placeUnder(event, rows[0].grid.picture, 1, values.length * CELL + 4);
      return [0, Math.floor((x - 2) / CELL)];
    },
    moveTo: (row, column) => {
      state.at = Math.min(values.length - 1, Math.max(0, column + row));
      update();
    },
    position: () => [0, state.at],
    last: () => [0, values.length - 1],
  });

  const root = widgetRoot("dropout-mask", { language, title: say.title },
    h("div", { class: "cnn-tools" }, probability.element, mode.element,
      h("span", { class: "cnn-buttons" }, ...buttons)),
    surface,
    h("p", { class: "cnn-equation" }, unit, arithmetic),
    h("p", { class: "cnn-note" }, say.keys), spoken);
  root.style.setProperty("--units", values.length);
  el.append(root);

  const forgetTheme = followTheme(root, (scales) => {
    colours = scales;
    update();
  });
  return () => {
    forgetTheme();
    update.cancel();
    root.remove();
  };
}

export default { render };
