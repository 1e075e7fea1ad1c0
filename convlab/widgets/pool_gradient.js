// Pool an image window by window, then send the gradients back: each window shares its own out, and
// what a pixel receives from several windows adds up.

import { choice, moveOnGrid, placeUnder, player } from "./controls.js";
import { CELL, fittingSize, followTheme, formatNumber, h, kernelWindow, link, numberGrid, oncePerFrame, parseNumber, svg, widgetRoot } from "./drawing.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Pool an image, and send the gradient back",
    mode: "Pooling",
    max: "Maximum",
    average: "Average",
    kernel: "Window",
    stride: "Stride",
    padding: "Padding",
    picture: "Image",
    given: "This example's",
    zeros: "All zeros (ties)",
    rising: "Rising numbers",
    custom: "Your own",
    input: "Input {rows} × {columns}",
    output: "Output {rows} × {columns}",
    gradOutput: "grad_output",
    gradInput: "grad_input",
    inputLabel: "Input image: arrow keys pick a pixel, digits and the minus sign change it",
    outputLabel: "Output: arrow keys pick a window",
    gradOutputLabel: "Upstream gradient: output number n has the gradient n",
    gradInputLabel: "Gradient of the input",
    keys: "Click or tap a cell, or use the arrow keys; Home and End go to the first and last. Digits and − change the pixel.",
    back: "Back",
    play: "Play",
    pause: "Pause",
    step: "Step",
    forward: "Forward: window {n} of {all}",
    ready: "Forward is done; next comes backward",
    backward: "Backward: window {n} of {all}",
    complete: "All {all} windows, forward and backward",
    window: "Window of output row {row}, column {column}",
    maximum: "max({values}) = {result}",
    mean: "({values}) / {count} = {result}",
    routed: "Its gradient {grad} goes to input row {row}, column {column}.",
    tied: "{count} are equal: the first in row-major order wins. Its gradient {grad} goes to input row {row}, column {column}.",
    spread: "Its gradient: {grad} / {count} = {share} for each.",
    pixel: "Pixel row {row}, column {column}",
    value: "Value of pixel row {row}, column {column}",
    received: "grad_input = {sum}",
    nothing: "grad_input = 0: no window has sent it anything.",
  },
  zh: {
    title: "先池化，再把梯度传回去",
    mode: "池化",
    max: "最大值",
    average: "平均值",
    kernel: "窗口",
    stride: "步幅",
    padding: "填充",
    picture: "图像",
    given: "本例所用",
    zeros: "全零（并列）",
    rising: "递增的数",
    custom: "自己设定",
    input: "输入 {rows} × {columns}",
    output: "输出 {rows} × {columns}",
    gradOutput: "输出梯度",
    gradInput: "输入梯度",
    inputLabel: "输入图像：方向键选像素，数字键和减号键改像素",
    outputLabel: "输出：方向键选窗口",
    gradOutputLabel: "上游梯度：第 n 个输出的梯度就是 n",
    gradInputLabel: "输入的梯度",
    keys: "点选任意格子，或用方向键移动；Home、End 跳到第一个和最后一个。数字键和 − 键可以改像素。",
    back: "后退",
    play: "播放",
    pause: "暂停",
    step: "前进",
    forward: "前向：第 {n} 个窗口，共 {all} 个",
    ready: "前向已完成，接下来是反向",
    backward: "反向：第 {n} 个窗口，共 {all} 个",
    complete: "{all} 个窗口的前向与反向都已完成",
    window: "输出第 {row} 行第 {column} 列的窗口",
    maximum: "最大值 max({values}) = {result}",
    mean: "平均值 ({values}) / {count} = {result}",
    routed: "它的梯度 {grad} 传给输入第 {row} 行第 {column} 列。",
    tied: "有 {count} 个并列，按行优先顺序取第一个。它的梯度 {grad} 传给输入第 {row} 行第 {column} 列。",
    spread: "它的梯度平分：每个像素得 {grad} / {count} = {share}。",
    pixel: "第 {row} 行第 {column} 列的像素",
    value: "第 {row} 行第 {column} 列像素的值",
    received: "输入梯度 grad_input = {sum}",
    nothing: "输入梯度 grad_input = 0：没有窗口传给它任何东西。",
  },
};

const KERNELS = [[2, 2], [3, 3], [2, 3], [3, 2]];
const STRIDES = [1, 2, 3];
const PADDINGS = [0, 1];
const LARGEST = 99; // three characters with a sign: what a cell can show

// Arithmetic ----------------------------------------------------------------------------------

/** Rows and columns of the output: as many windows as fit, rounded down. */
export function outputSize({ image, kernel_size: [kH, kW], stride, padding }) {
  const count = (size, k) => Math.floor((size + 2 * padding - k) / stride) + 1;
  return { rows: count(image.length, kH), columns: count(image[0].length, kW) };
}

/** Whether there is a window, and each holds a pixel: padding is at most half of the window. */
export function fits(settings) {
  const { rows, columns } = outputSize(settings);
  return rows > 0 && columns > 0 && 2 * settings.padding <= Math.min(...settings.kernel_size);
}

/** The window of an output, row by row: [{ row, column, value, isPadding }], places in the image. */
export function windowCells({ image, kernel_size: [kH, kW], stride, padding, mode }, i, j) {
  return Array.from({ length: kH * kW }, (_, n) => {
    const row = i * stride - padding + Math.floor(n / kW);
    const column = j * stride - padding + (n % kW);
    const value = image[row]?.[column];
    const filler = mode === "max" ? -Infinity : 0;
    return { row, column, value: value ?? filler, isPadding: value === undefined };
  });
}

/** The largest number of a window, or its mean. */
export function poolWindow(mode, cells) {
  const values = cells.map(({ value }) => value);
  return mode === "max" ? Math.max(...values) : values.reduce((a, b) => a + b) / values.length;
}

/** Which cell wins: of several equal maxima the first in row-major order, as in PyTorch. */
export function winnerOf(cells) {
  const largest = poolWindow("max", cells);
  return cells.findIndex(({ value }) => value === largest);
}

/** What each cell of a window receives of its gradient: all to the winner, or equal parts. */
export function shares(mode, cells, grad) {
  if (mode === "average") return cells.map(() => grad / cells.length);
  const winner = winnerOf(cells);
  return cells.map((_, n) => (n === winner ? grad : 0));
}

/** The output's numbers, row by row. */
export function pool(settings) {
  const { rows, columns } = outputSize(settings);
  return Array.from({ length: rows * columns }, (_, n) =>
    poolWindow(settings.mode, windowCells(settings, Math.floor(n / columns), n % columns)));
}

/**
 * What each pixel has received once the first `sent` windows have shared out their gradients: for
 * each row and column of the padded image the list of its parts, in the order of the windows.
 */
export function receivedParts(settings, grads, sent = grads.length) {
  const { image, padding, mode } = settings;
  const { columns } = outputSize(settings);
  const parts = Array.from({ length: image.length + 2 * padding }, () =>
    Array.from({ length: image[0].length + 2 * padding }, () => []));
  grads.slice(0, sent).forEach((grad, n) => {
    const cells = windowCells(settings, Math.floor(n / columns), n % columns);
    shares(mode, cells, grad).forEach((share, m) => {
      if (share) parts[cells[m].row + padding][cells[m].column + padding].push(share);
    });
  });
  return parts;
}

const total = (parts) => parts.reduce((sum, part) => sum + part, 0);

/** The pixel that receives from most windows: where adding up shows. */
function tellingPixel(settings) {
  const { rows, columns } = outputSize(settings);
  const parts = receivedParts(settings, Array(rows * columns).fill(1));
  const counts = settings.image.map((line, row) =>
    line.map((_, column) => parts[row + settings.padding][column + settings.padding].length));
  const most = Math.max(...counts.flat());
  const row = counts.findIndex((line) => line.includes(most));
  return [row, counts[row].indexOf(most)];
}

// The view ------------------------------------------------------------------------------------

/** A round mark for a cell, and mark(row, column, kind): "won", "tied", or "" for none. */
function ring(picture) {
  const circle = svg("rect", { width: CELL - 8, height: CELL - 8, rx: CELL / 2, class: "cnn-ring" });
  picture.append(circle);
  return (row, column, kind) => {
    circle.setAttribute("x", column * CELL + 4);
    circle.setAttribute("y", row * CELL + 4);
    circle.setAttribute("visibility", kind ? "visible" : "hidden");
    circle.classList.toggle("cnn-dashed", kind === "tied");
  };
}

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const copy = (lines) => lines.map((line) => [...line]);
  const given = copy(model.get("image"));
  const state = {
    image: copy(given),
    kernel_size: model.get("kernel_size"),
    stride: model.get("stride"),
    padding: model.get("padding"),
    mode: model.get("mode"),
    done: 0, // windows visited: first all of them forward, then all backward again
    at: 0, // the window that is shown, counted row by row
    pixel: [0, 0],
    telling: "window", // what was moved last, and is spoken: the window or the pixel
  };
  state.pixel = tellingPixel(state);
  let colours = null;
  let size = null; // rows and columns of the output
  let pictures = null;
  let marks = null;

  const places = {
    input: h("div", { class: "cnn-grid", tabindex: 0, role: "application", "aria-label": say.inputLabel }),
    output: h("div", { class: "cnn-grid", tabindex: 0, role: "application", "aria-label": say.outputLabel }),
    gradInput: h("div", { class: "cnn-grid", role: "img" }),
    gradOutput: h("div", { class: "cnn-grid", role: "img" }),
  };
  const heading = () => h("p", { class: "cnn-heading" });
  const titles = { input: heading(), output: heading(), gradInput: heading(), gradOutput: heading() };
  const [stage, windowTitle, pixelTitle] = [heading(), heading(), heading()];
  const [pooled, sent, received] = [h("p"), h("p"), h("p")];
  const field = h("input", { type: "text", inputmode: "text", autocomplete: "off",
    oninput: () => edit(field.value) });
  const spoken = h("p", { class: "cnn-spoken", "aria-live": "polite" });
  const overlay = svg("svg", { class: "cnn-overlay", "aria-hidden": "true" });
  const arrows = { forward: link(overlay), backward: link(overlay) };

  const windowCount = () => size.rows * size.columns;
  const upstream = () => Array.from({ length: windowCount() }, (_, n) => n + 1);
  const current = () => [Math.floor(state.at / size.columns), state.at % size.columns];
  const inPadded = ([row, column]) => [row + state.padding, column + state.padding];
  const isForwardDone = () => state.done >= windowCount();
  const isBackward = () => state.done > windowCount();
  const isComplete = () => state.done === 2 * windowCount();
  const stageName = () => {
    if (isComplete()) return "complete";
    if (isBackward()) return "backward";
    return isForwardDone() ? "ready" : "forward";
  };

  // What changes: the arrangement (sizes), or numbers and marks.
  const rebuild = () => {
    size = outputSize(state);
    state.at = Math.min(state.at, windowCount() - 1);
    const [rows, columns] = [state.image.length, state.image[0].length];
    const image = () => numberGrid(rows + 2 * state.padding, columns + 2 * state.padding);
    const outputs = () => numberGrid(size.rows, size.columns);
    pictures = { input: image(), output: outputs(), gradInput: image(), gradOutput: outputs() };
    for (const [name, { picture }] of Object.entries(pictures)) places[name].replaceChildren(picture);
    marks = buildMarks(pictures, state.kernel_size);
    titles.input.textContent = fill(say.input, { rows, columns });
    titles.output.textContent = fill(say.output, size);
    titles.gradInput.textContent = say.gradInput;
    titles.gradOutput.textContent = say.gradOutput;
    root.style.setProperty("--input-columns", columns + 2 * state.padding);
    root.style.setProperty("--output-columns", size.columns);
    update();
  };

  const update = oncePerFrame(() => {
    const cells = windowCells(state, ...current());
    const parts = receivedParts(state, upstream(), Math.max(0, state.done - windowCount()));
    showInput();
    showOutput();
    showGradOutput();
    showGradInput(parts);
    showMarks(cells);
    showWindow(cells);
    showPixel(parts);
    showArrows(cells);
    spoken.textContent = (state.telling === "window"
      ? [windowTitle, pooled, sent] : [pixelTitle, received]).map((p) => p.textContent).join(" ");
  });

  function showInput() {
    const values = state.image.flat();
    const [least, most] = [Math.min(0, ...values), Math.max(...values, 1e-9)];
    const letter = fittingSize(values.map((value) => formatNumber(value)));
    const shade = (value) => (least < 0
      ? colours.signed((0.7 * value) / Math.max(most, -least))
      : colours.ink((0.6 * value) / most));
    forEachPlace((row, column, value) => pictures.input.show(row, column, value === undefined
      ? { text: state.mode === "max" ? "−∞" : "0", size: 0.4, dashed: true }
      : { text: formatNumber(value), colour: shade(value), size: letter, faint: value === 0 }));
  }

  function showOutput() {
    const values = pool(state);
    const largest = Math.max(1e-9, ...values.map(Math.abs));
    const texts = values.map((value) => formatNumber(value));
    const letter = fittingSize(texts);
    forEachOutput((row, column, n) => pictures.output.show(row, column, n < state.done
      ? { text: texts[n], colour: colours.signed((0.6 * values[n]) / largest), size: letter, faint: values[n] === 0 }
      : {}));
  }

  function showGradOutput() {
    const letter = fittingSize([String(windowCount())]);
    const shade = (grad) => colours.signed((0.7 * grad) / windowCount());
    forEachOutput((row, column, n) => pictures.gradOutput.show(row, column, isForwardDone()
      ? { text: String(n + 1), colour: shade(n + 1), size: letter }
      : {}));
    places.gradOutput.setAttribute("aria-label", say.gradOutputLabel);
  }

  function showGradInput(parts) {
    const sums = parts.map((line) => line.map(total));
    const most = Math.max(1e-9, ...sums.flat());
    const texts = sums.map((line) => line.map((sum) => formatNumber(sum)));
    const letter = fittingSize(texts.flat());
    const said = [];
    forEachPlace((row, column, value) => {
      const [sum, text] = [sums[row][column], texts[row][column]];
      if (value !== undefined) said.push(text);
      if (!isBackward()) pictures.gradInput.show(row, column, { dashed: value === undefined });
      else if (value === undefined) pictures.gradInput.show(row, column, { text: sum ? text : "", size: letter, dashed: true });
      else pictures.gradInput.show(row, column, { text, colour: colours.signed((0.7 * sum) / most), size: letter, faint: sum === 0 });
    });
    places.gradInput.setAttribute("aria-label", `${say.gradInputLabel}${isBackward() ? ` ${said.join(" ")}` : ""}`);
  }

  /** Call back for each place of the padded image, with undefined for the padding. */
  function forEachPlace(callback) {
    for (let row = 0; row < state.image.length + 2 * state.padding; row++) {
      for (let column = 0; column < state.image[0].length + 2 * state.padding; column++) {
        callback(row, column, state.image[row - state.padding]?.[column - state.padding]);
      }
    }
  }

  function forEachOutput(callback) {
    for (let n = 0; n < windowCount(); n++) {
      callback(Math.floor(n / size.columns), n % size.columns, n);
    }
  }

  function showMarks(cells) {
    const [i, j] = current();
    for (const { moveTo } of marks.outputs) moveTo(i, j);
    for (const { moveTo } of marks.windows) moveTo(i * state.stride, j * state.stride);
    for (const { moveTo } of marks.pixels) moveTo(...inPadded(state.pixel));
    const largest = poolWindow("max", cells);
    const winner = winnerOf(cells);
    cells.forEach((cell, n) => {
      const isLargest = state.mode === "max" && cell.value === largest;
      const kind = isLargest ? (n === winner ? "won" : "tied") : "";
      marks.rings[n](...inPadded([cell.row, cell.column]), kind);
    });
  }

  function showWindow(cells) {
    const [i, j] = current();
    const place = { n: state.at + 1, all: windowCount() };
    stage.textContent = fill(say[stageName()], place);
    windowTitle.textContent = fill(say.window, { row: i, column: j });
    const values = cells.map(({ value }) => write(value));
    const result = formatNumber(poolWindow(state.mode, cells));
    pooled.textContent = state.mode === "max"
      ? fill(say.maximum, { values: values.join(", "), result })
      : fill(say.mean, { values: values.join(" + "), count: cells.length, result });
    sent.textContent = isBackward() ? sentWords(cells, state.at + 1) : "";
  }

  function sentWords(cells, grad) {
    const count = cells.length;
    if (state.mode === "average") {
      return fill(say.spread, { grad, count, share: formatNumber(grad / count) });
    }
    const equal = cells.filter(({ value }) => value === poolWindow("max", cells)).length;
    const { row, column } = cells[winnerOf(cells)];
    return fill(equal > 1 ? say.tied : say.routed,
      { grad, row, column, count: equal });
  }

  function showPixel(parts) {
    const [row, column] = state.pixel;
    const place = { row, column };
    const own = parts[row + state.padding][column + state.padding];
    pixelTitle.textContent = fill(say.pixel, place);
    const terms = own.map((part) => formatNumber(part)).join(" + ");
    const sum = formatNumber(total(own));
    received.textContent = own.length === 0
      ? say.nothing
      : fill(say.received, { sum: own.length > 1 ? `${terms} = ${sum}` : sum });
    field.setAttribute("aria-label", fill(say.value, place));
    if (document.activeElement !== field) {
      field.value = formatNumber(state.image[row][column]);
      field.setAttribute("aria-invalid", "false");
    }
  }

  function showArrows(cells) {
    const box = pair.getBoundingClientRect();
    overlay.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    const target = state.mode === "max" ? cells[winnerOf(cells)] : null;
    const [i, j] = current();
    const inImage = (name) => (target
      ? middle(name, ...inPadded([target.row, target.column]), 1, 1)
      : middle(name, i * state.stride, j * state.stride, ...state.kernel_size));
    arrows.forward.point(...shorten(inImage("input"), middle("output", i, j, 1, 1)));
    if (isBackward()) arrows.backward.point(...shorten(middle("gradOutput", i, j, 1, 1), inImage("gradInput")));
    else arrows.backward.hide();
  }

  /** The middle of a block of cells within the panels, and the side of a cell. */
  function middle(name, row, column, rows, columns) {
    const box = pictures[name].picture.getBoundingClientRect();
    const from = pair.getBoundingClientRect();
    const across = name.endsWith("nput") ? state.image[0].length + 2 * state.padding : size.columns;
    const side = box.width / (across + 4 / CELL); // the picture has a margin of 2 on each side
    const margin = (2 / CELL) * side;
    return {
      x: box.left - from.left + margin + (column + columns / 2) * side,
      y: box.top - from.top + margin + (row + rows / 2) * side,
      reach: side * 0.42,
    };
  }

  // The reader's hands --------------------------------------------------------------------------

  function edit(text) {
    const value = parseNumber(text);
    const isGood = value !== null && Math.abs(value) <= LARGEST;
    field.setAttribute("aria-invalid", String(!isGood));
    if (!isGood) return;
    const [row, column] = state.pixel;
    state.image[row][column] = value;
    state.telling = "pixel";
    picker.show("custom");
    complete();
  }

  const share = () => {
    for (const name of ["kernel_size", "stride", "padding", "mode"]) model.set(name, state[name]);
    model.set("image", copy(state.image));
    model.save_changes();
  };
  const complete = () => {
    steps.stop();
    state.done = 2 * windowCount();
    share();
    update();
  };
  const change = (wanted) => {
    if (!fits({ ...state, ...wanted })) return false;
    steps.stop();
    Object.assign(state, wanted);
    rebuild();
    complete();
    return true;
  };
  const within = (index, length) => Math.min(length - 1, Math.max(0, index));
  const moveToWindow = (row, column) => {
    state.at = within(row, size.rows) * size.columns + within(column, size.columns);
    state.telling = "window";
    complete();
  };
  const moveToPixel = (row, column) => {
    state.pixel = [within(row, state.image.length), within(column, state.image[0].length)];
    state.telling = "pixel";
    update();
  };
  const step = (by) => {
    const all = 2 * windowCount();
    state.done = ((state.done - 1 + by + all) % all) + 1;
    state.at = (state.done - 1) % windowCount();
    state.telling = "window";
    if (isBackward() && state.mode === "max") {
      const cells = windowCells(state, ...current());
      const { row, column } = cells[winnerOf(cells)];
      state.pixel = [row, column];
    }
    update();
  };
  const start = () => {
    if (isComplete()) step(1);
  };
  const steps = player(say, { move: step, start, isAtEnd: isComplete, beat: 900 });

  const images = { given, zeros: given.map((line) => line.map(() => 0)),
    rising: given.map((line, row) => line.map((_, column) => row * line.length + column + 1)) };
  const picker = choice({
    label: say.picture,
    options: [...Object.keys(images), "custom"].map((name) => [name, say[name]]),
    value: "given",
    apply: (name) => !images[name] || change({ image: copy(images[name]) }),
  });
  const modes = choice({
    label: say.mode,
    options: ["max", "average"].map((mode) => [mode, say[mode]]),
    value: state.mode,
    apply: (mode) => change({ mode }),
  });
  const written = (kernel) => kernel.join(" × ");
  const kernels = choice({
    label: say.kernel,
    options: withOwn(KERNELS.map(written), written(state.kernel_size)).map((text) => [text, text]),
    value: written(state.kernel_size),
    apply: (text) => change({ kernel_size: text.split(" × ").map(Number) }),
  });
  const numbers = (name, values) => choice({
    label: say[name],
    options: withOwn(values, state[name]).map((value) => [value, value]),
    value: state[name],
    apply: (value) => change({ [name]: Number(value) }),
  });
  const [strides, paddings] = [numbers("stride", STRIDES), numbers("padding", PADDINGS)];

  /** The row and column of a picture's cell under the pointer. */
  const locate = (name, { rows, columns }, offset) => (event) =>
    placeUnder(event, pictures[name].picture, rows, columns).map((at) => Math.floor(at) - offset);
  const imageSize = () => ({ rows: state.image.length + 2 * state.padding, columns: state.image[0].length + 2 * state.padding });
  for (const name of ["input", "gradInput"]) {
    moveOnGrid(places[name], {
      locate: (event) => locate(name, imageSize(), state.padding)(event),
      moveTo: moveToPixel,
      position: () => state.pixel,
      last: () => [state.image.length - 1, state.image[0].length - 1],
    });
  }
  for (const name of ["output", "gradOutput"]) {
    moveOnGrid(places[name], {
      locate: (event) => locate(name, size, 0)(event),
      moveTo: moveToWindow,
      position: current,
      last: () => [size.rows - 1, size.columns - 1],
    });
  }
  places.input.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9-]$/.test(event.key)) return;
    const [row, column] = state.pixel;
    edit(String(event.key === "-" ? -state.image[row][column] : Number(event.key)));
    event.preventDefault();
    event.stopPropagation();
  });

  const panel = (name) => h("div", { class: `cnn-panel cnn-${name}` }, titles[name], places[name]);
  const pair = h("div", { class: "cnn-panels" },
    panel("input"), panel("output"), panel("gradInput"), panel("gradOutput"), overlay);
  const root = widgetRoot("pool-gradient", { language, title: say.title },
    h("div", { class: "cnn-tools" },
      modes.element, kernels.element, strides.element, paddings.element, picker.element),
    h("div", { class: "cnn-tools" }, stage, steps.element),
    pair,
    h("div", { class: "cnn-below" },
      h("div", { class: "cnn-told" }, windowTitle, pooled, sent),
      h("div", { class: "cnn-told" }, h("div", { class: "cnn-tools" }, pixelTitle, field), received)),
    h("p", { class: "cnn-note" }, say.keys),
    spoken);
  el.append(root);
  const forgetTheme = followTheme(root, (scales) => {
    colours = scales;
    update();
  });
  const resized = new ResizeObserver(() => update());
  resized.observe(pair);
  rebuild();
  // The reader begins where the gradient has arrived and nothing has gone back yet.
  state.done = windowCount();
  return () => {
    steps.stop();
    forgetTheme();
    resized.disconnect();
    update.cancel();
    root.remove();
  };
}

/** The frames in the four pictures, and the rings that mark maxima. */
function buildMarks(pictures, [kH, kW]) {
  const add = (kind, rows, columns) => (name) => {
    const made = kernelWindow(pictures[name].picture, rows, columns);
    made.frame.classList.add(kind);
    return made;
  };
  return {
    pixels: ["input", "gradInput"].map(add("cnn-picked", 1, 1)),
    windows: ["input", "gradInput"].map(add("cnn-frame", kH, kW)),
    outputs: ["output", "gradOutput"].map(add("cnn-frame", 1, 1)),
    rings: Array.from({ length: kH * kW }, () => ring(pictures.input.picture)),
  };
}

const write = (value) => (value === -Infinity ? "−∞" : value < 0 ? `(${formatNumber(value)})` : formatNumber(value));

/** The values to choose from, with the widget's own when it is not among them. */
const withOwn = (values, own) => (values.includes(own) ? values : [...values, own]);

/** A line between two middles that leaves their numbers free. */
function shorten(from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [x, y] = [(to.x - from.x) / length, (to.y - from.y) / length];
  return [
    [from.x + x * from.reach, from.y + y * from.reach],
    [to.x - x * to.reach, to.y - y * to.reach],
  ];
}

export default { render };
