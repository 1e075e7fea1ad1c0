// A convolution's arithmetic: its size formula, what each output reads, whom each pixel reaches.

import { moveOnGrid, placeUnder, slider } from "./controls.js";
import { CELL, followTheme, h, numberGrid, oncePerFrame, svg, widgetRoot } from "./drawing.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Explore a convolution's arithmetic",
    input_size: "Input size",
    kernel_size: "Kernel size",
    stride: "Stride",
    padding: "Padding",
    dilation: "Dilation",
    in_channels: "Input channels",
    out_channels: "Output channels",
    groups: "Groups",
    input: "Input {n} × {n}, padding {p}",
    output: "Output {m} × {m}",
    inputLabel: "Input pixels; choose one to see which outputs read it, arrow keys move",
    outputLabel: "Outputs; choose one to see which pixels it reads, arrow keys move",
    size: "Output size",
    span: "The kernel spans {d} × ({k} − 1) + 1 = {span} of {total} cells. Left over at the end: {left}.",
    noFit: "The kernel spans {span} cells, the input with its padding has {total}: there is no place for it.",
    reads: "Output {place} reads rows {rowSum} and columns {columnSum}.",
    border: "What lies below 0 or above {last} is padding.",
    reached: "Pixel {place} is read by {count}: rows {rows} with weight rows {weightRows}, columns {columns} with weight columns {weightColumns}.",
    unreached: "Pixel {place} is read by no output.",
    help: "Point at a pixel or an output, or use the arrow keys, Home and End. The small number in a pixel counts the outputs that read it; the pair in a framed cell is the weight (row, column) that joins the two.",
    channels: "Channels",
    channelsLabel: "Output channels on the right; choose one to see which input channels it reads, arrow keys move",
    channelIn: "in",
    channelOut: "out",
    hears: "Output channel {o} belongs to group {group} and reads input channels {list}.",
    noGroups: "{groups} groups do not divide {ins} input and {outs} output channels.",
    weights: "weight {shape}: {outs} × {part} × {k} × {k} = {count} weights",
    macs: "{outs} × {m} × {m} outputs × {part} × {k} × {k} products = {count} MACs",
  },
  zh: {
    title: "试试卷积的各个参数",
    input_size: "输入尺寸",
    kernel_size: "核长",
    stride: "步幅",
    padding: "填充",
    dilation: "膨胀",
    in_channels: "输入通道数",
    out_channels: "输出通道数",
    groups: "组数",
    input: "输入 {n} × {n}，填充 {p}",
    output: "输出 {m} × {m}",
    inputLabel: "输入像素：选一个，看哪些输出读到它；用方向键移动",
    outputLabel: "输出：选一个，看它读了哪些像素；用方向键移动",
    size: "输出尺寸",
    span: "卷积核跨 {d} × ({k} − 1) + 1 = {span} 格，输入连同填充共 {total} 格，末尾剩 {left} 格没用上。",
    noFit: "卷积核跨 {span} 格，输入连同填充只有 {total} 格：放不下。",
    reads: "输出 {place} 读的行是 {rowSum}，列是 {columnSum}。",
    border: "小于 0 或大于 {last} 的是填充。",
    reached: "读到像素 {place} 的输出有 {count} 个：在第 {rows} 行（依次用权重的第 {weightRows} 行），第 {columns} 列（依次用权重的第 {weightColumns} 列）。",
    unreached: "没有输出读到像素 {place}。",
    help: "指向一个像素或一个输出，也可以用方向键、Home、End。像素里的小数字，是读到它的输出有几个；带框格子里的一对数，是连接两者的那个权重的（行，列）。",
    channels: "通道",
    channelsLabel: "右边是输出通道：选一个，看它读哪些输入通道；用方向键移动",
    channelIn: "输入",
    channelOut: "输出",
    hears: "输出通道 {o} 属于第 {group} 组，读的输入通道是 {list}。",
    noGroups: "{ins} 个输入通道、{outs} 个输出通道，不能都平分成 {groups} 组。",
    weights: "weight {shape}：共 {outs} × {part} × {k} × {k} = {count} 个权重",
    macs: "{outs} × {m} × {m} 个输出，每个 {part} × {k} × {k} 个乘积，共 {count} 次乘加",
  },
};

const SIZES = ["input_size", "kernel_size", "stride", "padding", "dilation"];
const CHANNELS = ["in_channels", "out_channels", "groups"];

// Arithmetic: one axis at a time; a square convolution has the same on both. ---------------------

/** How many cells the kernel covers, how many there are, and how many positions it has. */
export function axis({ input_size, kernel_size, stride, padding, dilation }) {
  const span = dilation * (kernel_size - 1) + 1;
  const total = input_size + 2 * padding;
  const room = total - span;
  const outputs = room < 0 ? 0 : Math.floor(room / stride) + 1;
  const left = room < 0 ? total : room % stride;
  return { span, total, room, outputs, left };
}

/** The input indices that output `i` reads, one a weight; what is outside the input is padding. */
export function read({ kernel_size, stride, padding, dilation }, i) {
  return Array.from({ length: kernel_size }, (_, u) => i * stride + u * dilation - padding);
}

/** The outputs that read input `index`, each with the weight that joins them. */
export function reached(settings, index) {
  const { outputs } = axis(settings);
  const joined = [];
  for (let u = settings.kernel_size - 1; u >= 0; u--) {
    const start = index + settings.padding - u * settings.dilation;
    const output = start / settings.stride;
    if (Number.isInteger(output) && output >= 0 && output < outputs) joined.push({ output, weight: u });
  }
  return joined;
}

/** The input channels that output channel `o` reads, its group, and what the layer costs. */
export function channelsOf({ in_channels, out_channels, groups, kernel_size, ...rest }, o = 0) {
  if (in_channels % groups || out_channels % groups) return null;
  const part = in_channels / groups;
  const group = Math.floor(o / (out_channels / groups));
  const { outputs } = axis({ kernel_size, ...rest });
  const weights = out_channels * part * kernel_size ** 2;
  return {
    group,
    part,
    channels: Array.from({ length: part }, (_, c) => group * part + c),
    weights,
    macs: weights * outputs ** 2,
  };
}

// Sentences ------------------------------------------------------------------------------------

const minus = (number) => String(number).replace("-", "−");
const list = (numbers) => numbers.map(minus).join(", ");

/** The size formula with the numbers in it. */
export function sizeFormula(settings) {
  const { input_size: n, kernel_size: k, stride: s, padding: p, dilation: d } = settings;
  const { room, outputs } = axis(settings);
  return `⌊(${n} + 2 × ${p} − ${d} × (${k} − 1) − 1) / ${s}⌋ + 1 = ⌊${room} / ${s}⌋ + 1 = ${outputs}`;
}

function sumOfReads(settings, i) {
  const steps = list(Array.from({ length: settings.kernel_size }, (_, u) => u));
  const { stride, padding, dilation } = settings;
  return `${i} × ${stride} − ${padding} + (${steps}) × ${dilation} = ${list(read(settings, i))}`;
}

function describe(say, settings, { side, row, column }) {
  const { padding: p, input_size: n } = settings;
  if (side === "output") {
    const sentence = fill(say.reads, {
      place: `(${row}, ${column})`, rowSum: sumOfReads(settings, row), columnSum: sumOfReads(settings, column),
    });
    const touched = [...read(settings, row), ...read(settings, column)];
    const leaves = touched.some((index) => index < 0 || index >= n);
    return leaves ? `${sentence} ${fill(say.border, { last: n - 1 })}` : sentence;
  }
  const place = `(${minus(row - p)}, ${minus(column - p)})`;
  const [rows, columns] = [reached(settings, row - p), reached(settings, column - p)];
  if (!rows.length || !columns.length) return fill(say.unreached, { place });
  return fill(say.reached, {
    place,
    count: `${rows.length} × ${columns.length} = ${rows.length * columns.length}`,
    rows: list(rows.map(({ output }) => output)),
    weightRows: list(rows.map(({ weight }) => weight)),
    columns: list(columns.map(({ output }) => output)),
    weightColumns: list(columns.map(({ weight }) => weight)),
  });
}

// Pictures -------------------------------------------------------------------------------------

/** One frame around each of the cells; show([[row, column], ...]). */
function frames(picture) {
  const path = svg("path", { class: "cnn-window" });
  picture.append(path);
  return (cells) => path.setAttribute("d", cells.map(([row, column]) =>
    `M${column * CELL + 2} ${row * CELL + 2}h${CELL - 4}v${CELL - 4}h${4 - CELL}z`).join(""));
}

/** Input channels on the left, output channels on the right, a line for each pair that is joined. */
function drawChannels(settings, selected) {
  const { in_channels: ins, out_channels: outs } = settings;
  const height = Math.max(ins, outs) * CELL;
  const width = 7 * CELL;
  const top = (count) => (height - count * CELL) / 2;
  const picture = svg("svg", { viewBox: `-2 -2 ${width + 4} ${height + 4}`, class: "cnn-picture" });
  const lines = [];
  const own = channelsOf(settings, selected);
  for (let o = 0; own && o < outs; o++) {
    for (const c of channelsOf(settings, o).channels) {
      lines.push(svg("line", {
        x1: CELL, y1: top(ins) + (c + 0.5) * CELL, x2: width - CELL, y2: top(outs) + (o + 0.5) * CELL,
        class: o === selected ? "cnn-joined cnn-joined-here" : "cnn-joined",
      }));
    }
  }
  // The selected channel's lines last, so that no other crosses over them.
  picture.append(...lines.sort((a, b) => a.classList.length - b.classList.length));
  const boxes = (count, x, isLit) => {
    for (let i = 0; i < count; i++) {
      const y = top(count) + i * CELL;
      picture.append(
        svg("rect", { x: x + 2, y: y + 2, width: CELL - 4, height: CELL - 4, rx: 4,
          class: isLit(i) ? "cnn-channel cnn-channel-here" : "cnn-channel" }),
        svg("text", { x: x + CELL / 2, y: y + CELL / 2, class: "cnn-number" }, String(i)));
    }
  };
  boxes(ins, 0, (c) => own !== null && own.channels.includes(c));
  boxes(outs, width - CELL, (o) => o === selected);
  return picture;
}

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const limits = model.get("limits");
  const settings = Object.fromEntries([...SIZES, ...CHANNELS].map((name) => [name, model.get(name)]));
  const selection = { side: "output", row: 0, column: 0 };
  let selectedChannel = 0;
  let colours = null;
  let pictures = null;

  const input = h("div", { class: "cnn-input", tabindex: 0, role: "application", "aria-label": say.inputLabel });
  const output = h("div", { class: "cnn-output", tabindex: 0, role: "application", "aria-label": say.outputLabel });
  const channels = h("div", { class: "cnn-channels", tabindex: 0, role: "application", "aria-label": say.channelsLabel });
  const inputTitle = h("p", { class: "cnn-heading" });
  const outputTitle = h("p", { class: "cnn-heading" });
  const formula = h("p", { class: "cnn-formula" });
  const span = h("p", { class: "cnn-note" });
  const told = h("p", { class: "cnn-told", "aria-live": "polite" });
  const heard = h("p", { class: "cnn-told", "aria-live": "polite" });
  const weights = h("p", { class: "cnn-note" });
  const macs = h("p", { class: "cnn-note" });

  /** Sizes have changed: new pictures. */
  function rebuild() {
    const { total, outputs, span: cells, left } = axis(settings);
    const { input_size: n, kernel_size: k, padding: p, dilation: d } = settings;
    inputTitle.textContent = fill(say.input, { n, p });
    outputTitle.textContent = fill(say.output, { m: outputs });
    formula.textContent = outputs ? sizeFormula(settings) : "";
    span.textContent = fill(outputs ? say.span : say.noFit, { d, k, span: cells, total, left });
    root.style.setProperty("--input-columns", total);
    root.style.setProperty("--output-columns", Math.max(1, outputs));
    pictures = { input: numberGrid(total, total), output: outputs ? numberGrid(outputs, outputs) : null };
    pictures.inputFrames = frames(pictures.input.picture);
    input.replaceChildren(pictures.input.picture);
    output.replaceChildren(...(outputs ? [pictures.output.picture] : []));
    if (outputs) pictures.outputFrames = frames(pictures.output.picture);
    if (!outputs && selection.side === "output") selection.side = "input";
    select(selection.side, selection.row, selection.column);
    showChannels();
  }

  const update = oncePerFrame(() => {
    const { outputs } = axis(settings);
    const { side, row, column } = selection;
    const p = settings.padding;
    const fromOutput = side === "output";
    const along = (index) => (fromOutput
      ? read(settings, index).map((at, weight) => ({ at: at + p, weight }))
      : reached(settings, index - p).map(({ output: at, weight }) => ({ at, weight })));
    const pairs = along(row).flatMap((r) => along(column).map((c) => ({
      cell: [r.at, c.at], weight: `${r.weight},${c.weight}`,
    })));
    const here = [[row, column]];
    const there = pairs.map(({ cell }) => cell);
    const joined = new Map(pairs.map(({ cell, weight }) => [cell.join(), weight]));
    showInput(fromOutput ? joined : new Map());
    pictures.inputFrames(fromOutput ? there : here);
    if (outputs) {
      showOutput(fromOutput ? new Map() : joined);
      pictures.outputFrames(fromOutput ? here : there);
    }
    told.textContent = describe(say, settings, selection);
  });

  function showInput(joined) {
    const { total } = axis(settings);
    const { padding: p, input_size: n, kernel_size: k } = settings;
    const counts = Array.from({ length: total }, (_, i) => reached(settings, i - p).length);
    for (let row = 0; row < total; row++) {
      for (let column = 0; column < total; column++) {
        const count = counts[row] * counts[column];
        const isPadding = Math.min(row, column) < p || Math.max(row, column) >= n + p;
        const weight = joined.get([row, column].join());
        pictures.input.show(row, column, {
          text: weight ?? String(count),
          size: weight ? 0.42 : 0.32,
          colour: isPadding ? null : colours.ink(0.06 + (0.24 * count) / k ** 2),
          dashed: isPadding,
        });
      }
    }
  }

  function showOutput(joined) {
    const { outputs } = axis(settings);
    for (let row = 0; row < outputs; row++) {
      for (let column = 0; column < outputs; column++) {
        const weight = joined.get([row, column].join());
        pictures.output.show(row, column, { text: weight ?? "", size: 0.42, colour: colours.ink(0) });
      }
    }
  }

  function showChannels() {
    const { in_channels: ins, out_channels: outs, groups, kernel_size: k } = settings;
    selectedChannel = Math.min(selectedChannel, outs - 1);
    channels.replaceChildren(drawChannels(settings, selectedChannel));
    const own = channelsOf(settings, selectedChannel);
    if (own === null) {
      heard.textContent = fill(say.noGroups, { groups, ins, outs });
      weights.textContent = macs.textContent = "";
      return;
    }
    const { outputs: m } = axis(settings);
    const numbers = { outs, part: own.part, k, m, shape: `(${outs}, ${ins} / ${groups}, ${k}, ${k})` };
    heard.textContent = fill(say.hears, { o: selectedChannel, group: own.group, list: list(own.channels) });
    weights.textContent = fill(say.weights, { ...numbers, count: own.weights });
    macs.textContent = fill(say.macs, { ...numbers, count: own.macs.toLocaleString("en") });
  }

  // The reader's hands -------------------------------------------------------------------------

  function select(side, row, column) {
    const { total, outputs } = axis(settings);
    const last = (side === "input" ? total : outputs) - 1;
    if (last < 0) return;
    const within = (index) => Math.min(last, Math.max(0, index));
    Object.assign(selection, { side, row: within(row), column: within(column) });
    update();
  }

  const onGrid = (element, side, sizeOf) => moveOnGrid(element, {
    locate: (event) => placeUnder(event, element, sizeOf(), sizeOf()).map(Math.floor),
    moveTo: (row, column) => select(side, row, column),
    position: () => (selection.side === side ? [selection.row, selection.column] : [0, 0]),
    last: () => [sizeOf() - 1, sizeOf() - 1],
    hover: true,
  });
  onGrid(input, "input", () => axis(settings).total);
  onGrid(output, "output", () => axis(settings).outputs);
  for (const [element, side] of [[input, "input"], [output, "output"]]) {
    element.addEventListener("focus", () => {
      if (selection.side !== side) select(side, selection.row, selection.column);
    });
  }
  moveOnGrid(channels, {
    locate: (event) => {
      const { in_channels: ins, out_channels: outs } = settings;
      const rows = Math.max(ins, outs);
      return [Math.floor(placeUnder(event, channels, rows, 1)[0] - (rows - outs) / 2), 0];
    },
    moveTo: (row) => {
      const wanted = Math.min(settings.out_channels - 1, Math.max(0, row));
      if (wanted === selectedChannel) return;
      selectedChannel = wanted;
      showChannels();
    },
    position: () => [selectedChannel, 0],
    last: () => [settings.out_channels - 1, 0],
    hover: true,
  });

  const sliders = (names) => names.map((name) => slider({
    label: say[name], min: limits[name][0], max: limits[name][1], value: settings[name],
    apply: (value) => {
      settings[name] = value;
      model.set(name, value);
      model.save_changes();
      rebuild();
    },
  }).element);

  const root = widgetRoot("convolution-arithmetic", { language, title: say.title },
    h("div", { class: "cnn-tools" }, ...sliders(SIZES)),
    h("div", { class: "cnn-equation" }, h("p", { class: "cnn-heading" }, say.size), formula, span),
    h("div", { class: "cnn-panels" },
      h("div", { class: "cnn-panel cnn-panel-input" }, inputTitle, input),
      h("div", { class: "cnn-panel cnn-panel-output" }, outputTitle, output)),
    told,
    h("p", { class: "cnn-note" }, say.help),
    h("p", { class: "cnn-heading cnn-channels-title" }, say.channels),
    h("div", { class: "cnn-tools" }, ...sliders(CHANNELS)),
    h("div", { class: "cnn-pair" },
      h("div", { class: "cnn-panel-channels" },
        h("p", { class: "cnn-note cnn-ends" }, h("span", {}, say.channelIn), h("span", {}, say.channelOut)),
        channels),
      h("div", { class: "cnn-cost" }, heard, weights, macs)));
  el.append(root);

  selection.row = selection.column = Math.floor(Math.max(0, axis(settings).outputs - 1) / 2);
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

export default { render };
