// Slide a kernel over an image: the window's products, their sum, and the output that they fill.

import { choice, moveOnGrid, player } from "./controls.js";
import { colourScales, css, fittingSize, formatNumber, h, kernelWindow, numberGrid, onThemeChange, oncePerFrame, parseNumber, readableOn } from "./drawing.js";
import { conv2d, tensor } from "./network.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Slide a kernel over an image",
    image: "Input {rows} × {columns}",
    kernel: "Kernel {size} × {size}",
    output: "Output {rows} × {columns}",
    keys: "Drag the window, or use the arrow keys; Home and End go to the first and last position.",
    imageLabel: "Input image with the kernel's window; arrow keys move it",
    outputLabel: "Output: one number for each position of the window",
    weight: "Kernel weight, row {row}, column {column}",
    pick: "Kernel",
    stride: "Stride",
    padding: "Padding",
    given: "This example's",
    custom: "Your own",
    identity: "Identity",
    vertical: "Vertical edges",
    horizontal: "Horizontal edges",
    sobel: "Sobel",
    blur: "Blur",
    sharpen: "Sharpen",
    back: "Back",
    play: "Play",
    pause: "Pause",
    step: "Step",
    place: "Output row {row}, column {column}",
    spoken: "Output row {row}, column {column}: {terms} = {sum}",
    size: "Output height: ⌊({n} + 2 × {p} − {k}) / {s}⌋ + 1 = {out}",
  },
  zh: {
    title: "让卷积核滑过图像",
    image: "输入 {rows} × {columns}",
    kernel: "卷积核 {size} × {size}",
    output: "输出 {rows} × {columns}",
    keys: "拖动窗口，或用方向键移动；Home、End 跳到第一个和最后一个位置。",
    imageLabel: "输入图像和卷积核的窗口，方向键移动窗口",
    outputLabel: "输出：窗口的每个位置对应一个数",
    weight: "卷积核第 {row} 行第 {column} 列的权重",
    pick: "卷积核",
    stride: "步幅",
    padding: "填充",
    given: "本例所用",
    custom: "自己设定",
    identity: "恒等",
    vertical: "竖直边缘",
    horizontal: "水平边缘",
    sobel: "Sobel",
    blur: "模糊",
    sharpen: "锐化",
    back: "后退",
    play: "播放",
    pause: "暂停",
    step: "前进",
    place: "输出第 {row} 行第 {column} 列",
    spoken: "输出第 {row} 行第 {column} 列：{terms} = {sum}",
    size: "输出高度：⌊({n} + 2 × {p} − {k}) / {s}⌋ + 1 = {out}",
  },
};

const NINTH = 1 / 9;
export const presets = {
  identity: [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
  vertical: [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
  horizontal: [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
  sobel: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
  blur: [[NINTH, NINTH, NINTH], [NINTH, NINTH, NINTH], [NINTH, NINTH, NINTH]],
  sharpen: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
};

const STRIDES = [1, 2, 3];
const PADDINGS = [0, 1, 2];

/** Everything the picture shows, computed from image, kernel, stride, padding. */
export function compute({ image, kernel, stride, padding }) {
  const matrix = (rows) => tensor([1, rows.length, rows[0].length], Float64Array.from(rows.flat()));
  const weight = matrix(kernel);
  const output = conv2d(matrix(image), { ...weight, shape: [1, ...weight.shape] }, null, { stride, padding });
  const [, rows, columns] = output.shape;
  return { rows, columns, values: output.data };
}

/** The window's products at an output position: [{ x, w, product, isPadding }], row by row. */
export function windowTerms({ image, kernel, stride, padding }, row, column) {
  return kernel.flatMap((weights, i) => weights.map((w, j) => {
    const value = image[row * stride + i - padding]?.[column * stride + j - padding];
    const x = value ?? 0;
    return { x, w, product: x * w, isPadding: value === undefined };
  }));
}

/** Where to begin: at the first position of a small picture, at the strongest answer of a large. */
function tellingPosition({ values }) {
  if (values.length <= 9) return 0;
  const sizes = Array.from(values, Math.abs);
  return sizes.indexOf(Math.max(...sizes));
}

function fits({ image, kernel, padding }) {
  return kernel.length <= Math.min(image.length, image[0].length) + 2 * padding;
}

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const given = model.get("kernel");
  const state = {
    image: model.get("image"),
    kernel: given.map((weights) => [...weights]),
    stride: model.get("stride"),
    padding: model.get("padding"),
    at: 0, // position of the window, counted row by row
    filled: Infinity, // how many output cells are filled in; fewer while playing
  };
  let colours = null;
  let output = compute(state);
  state.at = tellingPosition(output);

  const input = h("div", { class: "cnn-input", tabindex: 0, role: "application", "aria-label": say.imageLabel });
  const result = h("div", { class: "cnn-output", role: "img" });
  const weights = h("div", { class: "cnn-weights" });
  const inputTitle = h("p", { class: "cnn-heading" });
  const kernelTitle = h("p", { class: "cnn-heading" });
  const outputTitle = h("p", { class: "cnn-heading" });
  const place = h("p", { class: "cnn-heading" });
  const sum = h("div", { class: "cnn-sum" });
  const size = h("p", { class: "cnn-note" });
  const spoken = h("p", { class: "cnn-spoken", "aria-live": "polite" });
  let pictures = null;

  // What changes: the arrangement (sizes), the numbers (kernel), or the window's position.
  const rebuild = () => {
    output = compute(state);
    state.at = Math.min(state.at, output.rows * output.columns - 1);
    pictures = buildPictures(state, output);
    input.replaceChildren(pictures.input.picture);
    result.replaceChildren(pictures.output.picture);
    showSizes();
    showWeights();
    showInput();
    update();
  };
  const recompute = () => {
    output = compute(state);
    state.filled = Infinity;
    update();
  };

  const update = oncePerFrame(() => {
    const [row, column] = [Math.floor(state.at / output.columns), state.at % output.columns];
    pictures.inputWindow.moveTo(row * state.stride, column * state.stride);
    pictures.outputWindow.moveTo(row, column);
    showOutput();
    const terms = windowTerms(state, row, column);
    showSum(terms, row, column);
  });

  function showSizes() {
    const [rows, columns] = [state.image.length, state.image[0].length];
    const k = state.kernel.length;
    inputTitle.textContent = fill(say.image, { rows, columns });
    kernelTitle.textContent = fill(say.kernel, { size: k });
    outputTitle.textContent = fill(say.output, output);
    size.textContent = fill(say.size, { n: rows, p: state.padding, k, s: state.stride, out: output.rows });
    root.style.setProperty("--input-columns", columns + 2 * state.padding);
    root.style.setProperty("--output-columns", output.columns);
  }

  function showInput() {
    const [rows, columns] = [state.image.length, state.image[0].length];
    const values = state.image.flat();
    const [least, most] = [Math.min(0, ...values), Math.max(...values, 1e-9)];
    const texts = values.map((value) => formatNumber(value));
    const letter = fittingSize(texts);
    for (let row = 0; row < rows + 2 * state.padding; row++) {
      for (let column = 0; column < columns + 2 * state.padding; column++) {
        const value = state.image[row - state.padding]?.[column - state.padding];
        const shade = least < 0
          ? colours.signed((0.8 * value) / Math.max(most, -least))
          : colours.ink((0.75 * value) / most);
        pictures.input.show(row, column, value === undefined
          ? { text: "0", size: letter, dashed: true }
          : { text: formatNumber(value), colour: shade, size: letter, faint: value === 0 });
      }
    }
  }

  function showOutput() {
    const largest = Math.max(1e-9, ...output.values.map(Math.abs));
    const texts = Array.from(output.values, (value) => formatNumber(value, { fractions: false }));
    const letter = fittingSize(texts);
    texts.forEach((text, i) => {
      const shown = i < state.filled;
      pictures.output.show(Math.floor(i / output.columns), i % output.columns, shown
        ? { text, colour: colours.signed((0.8 * output.values[i]) / largest), size: letter, faint: text === "0" }
        : {});
    });
  }

  function showSum(terms, row, column) {
    const k = state.kernel.length;
    const largest = Math.max(1e-9, ...terms.map(({ product }) => Math.abs(product)));
    const total = formatNumber(output.values[state.at], { fractions: false });
    const lines = Array.from({ length: k }, (_, i) =>
      h("span", { class: "cnn-line" }, ...terms.slice(i * k, (i + 1) * k).flatMap((term, j) => [
        h("span", { class: "cnn-plus" }, i + j ? "+" : ""),
        chip(term, largest),
      ])));
    sum.replaceChildren(h("span", { class: "cnn-terms" }, ...lines),
      h("span", { class: "cnn-total" }, `= ${total}`));
    place.textContent = fill(say.place, { row: row + 1, column: column + 1 });
    const written = terms.map(write).join(" + ");
    spoken.textContent = fill(say.spoken, { row: row + 1, column: column + 1, terms: written, sum: total });
    result.setAttribute("aria-label", `${say.outputLabel}. ${outputTitle.textContent}. ${place.textContent}: ${total}`);
  }

  function chip(term, largest) {
    const colour = colours.signed((0.55 * term.product) / largest);
    const element = h("span", { class: "cnn-term" }, write(term));
    element.style.background = css(colour);
    element.style.color = readableOn(colour);
    element.classList.toggle("cnn-dashed", term.isPadding);
    return element;
  }

  function showWeights() {
    const k = state.kernel.length;
    weights.style.setProperty("--k", k);
    weights.replaceChildren(...state.kernel.flatMap((line, i) => line.map((weight, j) =>
      h("input", { type: "text", inputmode: "text", autocomplete: "off", value: formatNumber(weight),
        "aria-label": fill(say.weight, { row: i + 1, column: j + 1 }),
        oninput: (event) => edit(event.target, i, j) }))));
  }

  function edit(field, i, j) {
    const value = parseNumber(field.value);
    field.setAttribute("aria-invalid", value === null);
    if (value === null) return;
    state.kernel[i][j] = value;
    picker.show("custom");
    share();
    recompute();
  }

  function share() {
    for (const name of ["kernel", "stride", "padding"]) model.set(name, state[name]);
    model.set("kernel", state.kernel.map((line) => [...line]));
    model.save_changes();
  }

  // Controls ----------------------------------------------------------------------------------

  const change = (wanted) => {
    if (!fits({ ...state, ...wanted })) return false;
    steps.stop();
    Object.assign(state, wanted, { filled: Infinity });
    share();
    rebuild();
    return true;
  };
  const pick = (name) => {
    const kernel = name === "given" ? given : presets[name];
    return !kernel || change({ kernel: kernel.map((line) => [...line]) });
  };
  const moveTo = (row, column) => {
    const r = Math.min(output.rows - 1, Math.max(0, row));
    const c = Math.min(output.columns - 1, Math.max(0, column));
    state.at = r * output.columns + c;
    state.filled = Math.max(state.filled, state.at + 1);
    update();
  };
  const step = (by) => {
    const positions = output.rows * output.columns;
    state.at = (state.at + by + positions) % positions;
    state.filled = state.filled === Infinity ? Infinity : Math.max(state.filled, state.at + 1);
    update();
  };
  const start = () => {
    if (state.filled === Infinity || isAtEnd()) state.at = 0;
    state.filled = state.at + 1;
    update();
  };
  const isAtEnd = () => state.at === output.rows * output.columns - 1;
  const steps = player(say, { move: step, start, isAtEnd });

  const kernels = ["given", ...Object.keys(presets), "custom"];
  const picker = choice({
    label: say.pick, options: kernels.map((name) => [name, say[name]]), value: "given", apply: pick,
  });
  const numbers = (name, values) => choice({
    label: say[name],
    options: values.map((value) => [value, value]),
    value: state[name],
    apply: (value) => change({ [name]: Number(value) }),
  });
  const [strides, paddings] = [numbers("stride", STRIDES), numbers("padding", PADDINGS)];
  const help = h("p", { class: "cnn-note" }, say.keys);

  moveOnGrid(input, {
    locate: (event) => {
      const box = pictures.input.picture.getBoundingClientRect();
      const columns = state.image[0].length + 2 * state.padding;
      const rows = state.image.length + 2 * state.padding;
      const half = (state.kernel.length - 1) / 2; // the window's middle follows the pointer
      return [
        Math.round((((event.clientY - box.top) / box.height) * rows - 0.5 - half) / state.stride),
        Math.round((((event.clientX - box.left) / box.width) * columns - 0.5 - half) / state.stride),
      ];
    },
    moveTo: (row, column) => { steps.stop(); moveTo(row, column); },
    position: () => [Math.floor(state.at / output.columns), state.at % output.columns],
    last: () => [output.rows - 1, output.columns - 1],
  });

  const root = h("div", { class: "cnn-widget cnn-slide-kernel", lang: language === "zh" ? "zh-CN" : "en",
      role: "group", "aria-label": say.title, "data-lm-suppress-shortcuts": "true" },
    h("div", { class: "cnn-tools" },
      picker.element, strides.element, paddings.element),
    h("div", { class: "cnn-panels" },
      h("div", { class: "cnn-panel cnn-panel-input" }, inputTitle, input),
      h("div", { class: "cnn-panel cnn-panel-output" }, outputTitle, result)),
    h("div", { class: "cnn-below" },
      h("div", { class: "cnn-panel-kernel" }, kernelTitle, weights),
      h("div", { class: "cnn-equation" },
        h("div", { class: "cnn-tools" }, place, steps.element),
        sum)),
    size, help, spoken);
  el.append(root);

  const recolour = () => {
    colours = colourScales(root);
    rebuild();
  };
  const forgetTheme = onThemeChange(recolour);
  recolour();
  return () => {
    forgetTheme();
    update.cancel();
    steps.stop();
    root.remove();
  };
}

/** Both pictures, with the window's frame on each. */
function buildPictures(state, output) {
  const rows = state.image.length + 2 * state.padding;
  const columns = state.image[0].length + 2 * state.padding;
  const k = state.kernel.length;
  const input = numberGrid(rows, columns);
  const result = numberGrid(output.rows, output.columns);
  return {
    input,
    output: result,
    inputWindow: kernelWindow(input.picture, k, k),
    outputWindow: kernelWindow(result.picture, 1, 1),
  };
}

/** One product as it is written: 3 × (−1), 5 × 1/9. */
function write({ x, w }) {
  const weight = formatNumber(w);
  return `${formatNumber(x)} × ${w < 0 ? `(${weight})` : weight}`;
}

export default { render };
