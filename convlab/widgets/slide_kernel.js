// Slide a kernel over an image: the window's products, their sum, and the output that they fill.

import { choice, moveOnGrid, placeUnder, player } from "./controls.js";
import { css, fittingSize, followTheme, formatNumber, h, kernelWindow, numberGrid, oncePerFrame, parseNumber, readableOn, widgetRoot } from "./drawing.js";
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
    pickImage: "Letter",
    pickFeature: "Feature",
    diagonal: "Diagonal",
    crossing: "Crossing",
    antidiagonal: "Antidiagonal",
    feature: "Feature {size} × {size}",
    map: "Feature map {rows} × {columns}",
    mapSize: "Height of the map: {n} − {k} + 1 = {out}",
    best: "Best match: {best}, at {count} of {places} places",
    spokenMean: "Output row {row}, column {column}: {terms} = {sum}, and {sum} / {count} = {mean}",
    flip: "Flip pixels",
    flipKeys: "Press a pixel to turn ink into paper or paper into ink; or go to it with the arrow keys and press Space.",
    flipLabel: "Input image; arrow keys go from pixel to pixel, Space flips one",
    pixel: "Pixel row {row}, column {column}: {value}",
  },
  zh: {
    title: "让卷积核滑过图像",
    image: "输入 {rows} × {columns}",
    kernel: "卷积核 {size} × {size}",
    output: "输出 {rows} × {columns}",
    keys: "拖动窗口，或用方向键移动；Home、End 跳到第一个和最后一个位置。",
    imageLabel: "输入图像和卷积核的窗口，用方向键移动窗口",
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
    pickImage: "字母",
    pickFeature: "特征",
    diagonal: "斜线",
    crossing: "交叉",
    antidiagonal: "反斜线",
    feature: "特征 {size} × {size}",
    map: "特征图 {rows} × {columns}",
    mapSize: "特征图高度：{n} − {k} + 1 = {out}",
    best: "最高吻合度：{best}，{places} 个位置中有 {count} 处",
    spokenMean: "输出第 {row} 行第 {column} 列：{terms} = {sum}，{sum} / {count} = {mean}",
    flip: "翻转像素",
    flipKeys: "点一下像素，墨变纸、纸变墨；也可以用方向键走到那里，再按空格键。",
    flipLabel: "输入图像，用方向键逐个像素移动，按空格键翻转",
    pixel: "像素第 {row} 行第 {column} 列：{value}",
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

// Names of images and kernels that have a translation; others are shown as they are.
const TRANSLATED = new Set(["given", ...Object.keys(presets), "diagonal", "crossing", "antidiagonal", "custom"]);

/** Everything the picture shows: sums of products or, when matching, their means. */
export function compute({ image, kernel, stride, padding, matching = false }) {
  const matrix = (rows) => tensor([1, rows.length, rows[0].length], Float64Array.from(rows.flat()));
  const weight = matrix(kernel);
  const output = conv2d(matrix(image), { ...weight, shape: [1, ...weight.shape] }, null, { stride, padding });
  const [, rows, columns] = output.shape;
  const terms = matching ? kernel.length ** 2 : 1;
  return { rows, columns, values: output.data.map((sum) => sum / terms) };
}

/** The largest value, and at how many places it stands. */
export function bestMatch({ values }) {
  const best = Math.max(...values);
  return { best, count: values.filter((value) => value > best - 1e-9).length };
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
  const matching = model.get("matching");
  const images = named(model.get("images"), { given: model.get("image") });
  const kernels = named(model.get("kernels"), { given: model.get("kernel"), ...presets });
  const titles = matching
    ? { kernel: say.feature, output: say.map, size: say.mapSize, pick: say.pickFeature }
    : { kernel: say.kernel, output: say.output, size: say.size, pick: say.pick };
  const state = {
    image: copy(model.get("image")),
    kernel: copy(model.get("kernel")),
    stride: model.get("stride"),
    padding: model.get("padding"),
    matching,
    pixel: null, // [row, column] of the pixel to flip; null while the window is moved
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
  const best = h("p", { class: "cnn-note", hidden: matching ? null : "" });
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

  const position = () => [Math.floor(state.at / output.columns), state.at % output.columns];
  const update = oncePerFrame(() => {
    const [row, column] = position();
    pictures.inputWindow.moveTo(row * state.stride, column * state.stride);
    pictures.outputWindow.moveTo(row, column);
    showOutput();
    const terms = windowTerms(state, row, column);
    showSum(terms, row, column);
    showBest();
    showPixel();
  });

  function showSizes() {
    const [rows, columns] = [state.image.length, state.image[0].length];
    const k = state.kernel.length;
    inputTitle.textContent = fill(say.image, { rows, columns });
    kernelTitle.textContent = fill(titles.kernel, { size: k });
    outputTitle.textContent = fill(titles.output, output);
    size.textContent = fill(titles.size, { n: rows, p: state.padding, k, s: state.stride, out: output.rows });
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
        const shade = matching ? inkOrPaper(value) : least < 0
          ? colours.signed((0.8 * value) / Math.max(most, -least))
          : colours.ink((0.75 * value) / most);
        pictures.input.show(row, column, value === undefined
          ? { text: "0", size: letter, dashed: true }
          : { text: formatNumber(value), colour: shade, size: letter, faint: value === (matching ? -1 : 0) });
      }
    }
  }

  /** The shade of a letter's pixel: 1 is ink and -1 paper. */
  function inkOrPaper(value) {
    return colours.ink(0.4 * (value + 1));
  }

  function showOutput() {
    // Matches keep one scale, so that the maps of two letters compare.
    const largest = Math.max(matching ? 1 : 1e-9, ...output.values.map(Math.abs));
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
    const products = formatNumber(terms.reduce((sum, { product }) => sum + product, 0), { fractions: false });
    const lines = Array.from({ length: k }, (_, i) =>
      h("span", { class: "cnn-line" }, ...terms.slice(i * k, (i + 1) * k).flatMap((term, j) => [
        h("span", { class: "cnn-plus" }, i + j ? "+" : ""),
        chip(term, largest),
      ])));
    sum.replaceChildren(h("span", { class: "cnn-terms" }, ...lines),
      h("span", { class: "cnn-total" }, matching ? `= ${products} / ${k * k} = ${total}` : `= ${total}`));
    place.textContent = fill(say.place, { row, column });
    const written = terms.map(write).join(" + ");
    spoken.textContent = fill(matching ? say.spokenMean : say.spoken,
      { row, column, terms: written, sum: products, count: k * k, mean: total });
    result.setAttribute("aria-label", `${say.outputLabel}. ${outputTitle.textContent}. ${place.textContent}: ${total}`);
  }

  function showBest() {
    if (!matching) return;
    const { best: value, count } = bestMatch(output);
    const shown = formatNumber(value, { fractions: false });
    best.textContent = fill(say.best, { best: shown, count, places: output.values.length });
  }

  function showPixel() {
    pictures.pixelFrame.frame.style.visibility = state.pixel ? "visible" : "hidden";
    if (!state.pixel) return;
    const [row, column] = state.pixel;
    pictures.pixelFrame.moveTo(row, column);
    const value = formatNumber(state.image[row][column]);
    const where = fill(say.pixel, { row, column, value });
    spoken.textContent = `${where} · ${spoken.textContent}`;
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
        "aria-label": fill(say.weight, { row: i, column: j }),
        oninput: (event) => edit(event.target, i, j) }))));
    shadeWeights();
  }

  function shadeWeights() {
    if (!matching) return;
    state.kernel.flat().forEach((weight, i) => {
      const colour = inkOrPaper(Math.max(-1, Math.min(1, weight)));
      weights.children[i].style.background = css(colour);
      weights.children[i].style.color = readableOn(colour);
    });
  }

  function edit(field, i, j) {
    const value = parseNumber(field.value);
    field.setAttribute("aria-invalid", value === null);
    if (value === null) return;
    state.kernel[i][j] = value;
    picker.show("custom");
    shadeWeights();
    share();
    recompute();
  }

  function share() {
    for (const name of ["stride", "padding"]) model.set(name, state[name]);
    for (const name of matching ? ["image", "kernel"] : ["kernel"]) model.set(name, copy(state[name]));
    model.save_changes();
  }

  function setPixel(value) {
    const [row, column] = state.pixel;
    if (state.image[row][column] === value) return;
    state.image[row][column] = value;
    imagePicker.show("custom");
    share();
    showInput();
    recompute();
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
  const pick = (what, matrices) => (name) =>
    !matrices.has(name) || change({ [what]: copy(matrices.get(name)) });
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

  const matrixPicker = (label, what, matrices) => {
    const names = [...matrices.keys(), "custom"];
    return choice({
      label,
      options: names.map((name) => [name, TRANSLATED.has(name) ? say[name] : name]),
      value: names[0],
      apply: pick(what, matrices),
    });
  };
  const picker = matrixPicker(titles.pick, "kernel", kernels);
  const imagePicker = matrixPicker(say.pickImage, "image", images);
  const numbers = (name, values) => choice({
    label: say[name],
    options: values.map((value) => [value, value]),
    value: state[name],
    apply: (value) => change({ [name]: Number(value) }),
  });
  const [strides, paddings] = [numbers("stride", STRIDES), numbers("padding", PADDINGS)];
  const help = h("p", { class: "cnn-note" }, say.keys);

  const flip = h("button", { type: "button", "aria-pressed": "false", onclick: () => {
    steps.stop();
    state.pixel = state.pixel ? null : position();
    flip.setAttribute("aria-pressed", String(state.pixel !== null));
    input.classList.toggle("cnn-flipping", state.pixel !== null);
    input.setAttribute("aria-label", state.pixel ? say.flipLabel : say.imageLabel);
    help.textContent = state.pixel ? say.flipKeys : say.keys;
    update();
  } }, say.flip);
  const moveToPixel = (row, column) => {
    const within = (index, length) => Math.min(length - 1, Math.max(0, index));
    state.pixel = [within(row, state.image.length), within(column, state.image[0].length)];
    update();
  };

  moveOnGrid(input, {
    locate: (event) => {
      const columns = state.image[0].length + 2 * state.padding;
      const rows = state.image.length + 2 * state.padding;
      const under = placeUnder(event, pictures.input.picture, rows, columns);
      if (state.pixel) return under.map(Math.floor);
      const half = state.kernel.length / 2; // the window's middle follows the pointer
      return under.map((at) => Math.round((at - half) / state.stride));
    },
    moveTo: (row, column) => {
      steps.stop();
      if (state.pixel) moveToPixel(row, column);
      else moveTo(row, column);
    },
    position: () => state.pixel ?? position(),
    last: () => state.pixel
      ? [state.image.length - 1, state.image[0].length - 1]
      : [output.rows - 1, output.columns - 1],
  });

  // Flipping: the first pixel under the pointer decides what a drag paints.
  let brush = 0;
  const opposite = () => -state.image[state.pixel[0]][state.pixel[1]];
  input.addEventListener("pointerdown", (event) => {
    if (!state.pixel || event.button !== 0) return;
    brush = opposite();
    setPixel(brush);
  });
  input.addEventListener("pointermove", () => { if (state.pixel && brush) setPixel(brush); });
  for (const end of ["pointerup", "pointercancel"]) input.addEventListener(end, () => (brush = 0));
  input.addEventListener("keydown", (event) => {
    if (!state.pixel || ![" ", "Enter"].includes(event.key)) return;
    setPixel(opposite());
    event.preventDefault();
    event.stopPropagation();
  });

  const root = widgetRoot("slide-kernel", { language, title: say.title },
    h("div", { class: "cnn-tools" }, ...(matching
      ? [imagePicker.element, picker.element, flip]
      : [picker.element, strides.element, paddings.element])),
    h("div", { class: "cnn-panels" },
      h("div", { class: "cnn-panel cnn-panel-input" }, inputTitle, input),
      h("div", { class: "cnn-panel cnn-panel-output" }, outputTitle, result)),
    h("div", { class: "cnn-below" },
      h("div", { class: "cnn-panel-kernel" }, kernelTitle, weights),
      h("div", { class: "cnn-equation" },
        h("div", { class: "cnn-tools" }, place, steps.element),
        sum)),
    best, size, help, spoken);
  el.append(root);

  const forgetTheme = followTheme(root, (scales) => {
    colours = scales;
    rebuild();
  });
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
    pixelFrame: pixelFrame(input.picture),
  };
}

/** The frame of the pixel that would be flipped: dashed, so that it is not taken for the window. */
function pixelFrame(picture) {
  const frame = kernelWindow(picture, 1, 1);
  frame.frame.classList.add("cnn-pixel");
  return frame;
}

const copy = (matrix) => matrix.map((line) => [...line]);

/** A map of the given pairs of name and matrix; when there are none, of the others. */
const named = (pairs, otherwise) => new Map(pairs.length ? pairs : Object.entries(otherwise));

/** One product as it is written: 3 × (−1), 5 × 1/9. */
function write({ x, w }) {
  const weight = formatNumber(w);
  return `${formatNumber(x)} × ${w < 0 ? `(${weight})` : weight}`;
}

export default { render };
