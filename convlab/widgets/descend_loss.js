// Gradient descent for a line: the points, the loss over slope and intercept, and the path downhill.

import { choice, moveOnGrid, placeUnder, player, slider } from "./controls.js";
import { colourScales, h, oncePerFrame, onThemeChange, paint, svg, widgetRoot } from "./drawing.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Descend the loss of a line",
    loss: "Loss",
    mse: "Mean squared error",
    mae: "Mean absolute error",
    rate: "Learning rate",
    back: "Back",
    play: "Play",
    pause: "Pause",
    step: "Step",
    points: "The points and the line",
    surface: "The loss for every line",
    curve: "The loss after each step",
    stepAxis: "step",
    pointsLabel: "{n} points; the line has slope {slope} and intercept {intercept}",
    surfaceLabel: "Loss over slope and intercept; arrow keys move the start",
    curveLabel: "Loss after steps 0 to {steps}, on a logarithmic scale: from {first} to {last}",
    slope: "slope",
    intercept: "intercept",
    now: "After step {step}: loss {loss}",
    next: "The next step, value − learning rate × gradient:",
    fell: "The last step took the loss down from {before}.",
    rose: "The last step took the loss up from {before}: it was too long.",
    begin: "No step has been made yet.",
    spoken: "{now} {change} Gradient: slope {a}, intercept {b}. Next: slope {updateA}; intercept {updateB}.",
    keys: "Drag the start ◯ about, or move it with the arrow keys; Home and End go to corners. ● is where the path has come, ✕ the lowest point of the squared error. The ground's shade is the loss: none in the valley, strong on the hills.",
  },
  zh: {
    title: "沿着直线的损失往下走",
    loss: "损失",
    mse: "均方误差",
    mae: "平均绝对误差",
    rate: "学习率",
    back: "后退",
    play: "播放",
    pause: "暂停",
    step: "前进",
    points: "数据点与直线",
    surface: "每条直线的损失",
    curve: "每一步之后的损失",
    stepAxis: "步数",
    pointsLabel: "{n} 个点；直线的斜率为 {slope}，截距为 {intercept}",
    surfaceLabel: "各种斜率与截距下的损失，方向键移动起点",
    curveLabel: "第 0 到 {steps} 步之后的损失，对数坐标：从 {first} 到 {last}",
    slope: "斜率",
    intercept: "截距",
    now: "第 {step} 步之后：损失 {loss}",
    next: "下一步，原值 − 学习率 × 梯度：",
    fell: "走这一步之前，损失是 {before}：降了。",
    rose: "走这一步之前，损失是 {before}：反而升了，步子太大。",
    begin: "还没有迈出第一步。",
    spoken: "{now}。{change}梯度：斜率 {a}，截距 {b}。下一步：斜率 {updateA}；截距 {updateB}。",
    keys: "拖动起点 ◯，或用方向键移动它；Home、End 跳到角上。● 是走到的地方，✕ 是均方误差最低的点。底色表示损失：谷底没有底色，越往高处越浓。",
  },
};

// Arithmetic ----------------------------------------------------------------------------------

/** Loss of a line and its gradient for [slope, intercept]; `kind` is "mse" or "mae". */
export function lossAndGradient({ x, y }, kind, [slope, intercept]) {
  let loss = 0;
  const gradient = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const error = slope * x[i] + intercept - y[i];
    const slopeOfLoss = kind === "mse" ? 2 * error : Math.sign(error);
    loss += kind === "mse" ? error ** 2 : Math.abs(error);
    gradient[0] += slopeOfLoss * x[i];
    gradient[1] += slopeOfLoss;
  }
  return { loss: loss / x.length, gradient: gradient.map((sum) => sum / x.length) };
}

/** Where one step leads: value − rate × gradient. */
export function nextPlace(at, gradient, rate) {
  return at.map((value, i) => value - rate * gradient[i]);
}

/** The places of a descent, [{ at, loss, gradient }]; it ends early once the loss has exploded. */
export function descend(points, kind, start, rate, steps) {
  const path = [{ at: start, ...lossAndGradient(points, kind, start) }];
  const limit = 1e12 * (1 + path[0].loss);
  for (let step = 0; step < steps && path.at(-1).loss < limit; step++) {
    const { at, gradient } = path.at(-1);
    const next = nextPlace(at, gradient, rate);
    path.push({ at: next, ...lossAndGradient(points, kind, next) });
  }
  return path;
}

/** A number with three decimals, or as a power of ten where that is shorter: −0.125, 3.2×10^9. */
export function write(value) {
  const size = Math.abs(value);
  const sign = value < 0 && Number(size.toFixed(3)) !== 0 ? "−" : "";
  if (size >= 1e5) return sign + size.toExponential(1).replace("e+", "×10^");
  return sign + (size >= 100 ? size.toFixed(1) : size.toFixed(3));
}

const bracketed = (value) => (write(value).startsWith("−") ? `(${write(value)})` : write(value));

/** One update as it is written: 1.000 − 0.1 × (−2.500) = 1.250. */
export function writeUpdate(value, rate, gradient) {
  return `${write(value)} − ${rate} × ${bracketed(gradient)} = ${write(value - rate * gradient)}`;
}

/** The rates of the slider: two significant digits, so that they can be read out. */
const rateOf = (exponent) => Number((10 ** exponent).toPrecision(2));

// Pictures ------------------------------------------------------------------------------------

const SIDE = 300; // of a picture, in its own units
const MARGIN = 26; // for the numbers below and to the left
const CELLS = 40; // the start moves in steps of a fortieth of the surface
const GRAIN = 150; // points of the surface's ground in each direction
const BANDS = 16;
const CURVE = { width: 300, height: 130 };

const lerp = ([from, to], t) => from + t * (to - from);
const share = ([from, to], value) => (value - from) / (to - from);
const range = (values, margin) => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [low - margin * (high - low || 1), high + margin * (high - low || 1)];
};

/** A picture with a frame, the numbers at the ends of its axes, and a place for its content. */
function chart(width, height, [xLow, xHigh], [yLow, yHigh], xName = "", yName = "") {
  const label = (x, y, anchor, text) => svg("text", { x, y, "text-anchor": anchor, class: "cnn-axis" }, text);
  const content = svg("svg", { x: 0, y: 0, width, height, viewBox: `0 0 ${width} ${height}` });
  const picture = svg("svg", { viewBox: `${-MARGIN - 14} -4 ${width + MARGIN + 18} ${height + MARGIN + 4}`, class: "cnn-picture" },
    content,
    svg("rect", { x: 0, y: 0, width, height, class: "cnn-frame" }),
    label(0, height + 16, "start", xLow), label(width, height + 16, "end", xHigh),
    label(width / 2, height + 16, "middle", xName),
    label(-5, height, "end", yLow), label(-5, 10, "end", yHigh),
    svg("text", { transform: `translate(-14 ${height / 2}) rotate(-90)`, "text-anchor": "middle", class: "cnn-axis" }, yName));
  return { picture, content };
}

/** An axis number: two significant digits. */
const short = (value) => {
  const size = Number(Math.abs(value).toPrecision(2));
  const text = size !== 0 && (size >= 1e4 || size < 1e-3)
    ? size.toExponential(0).replace("e+", "×10^").replace("e-", "×10^−")
    : String(size);
  return (value < 0 && size !== 0 ? "−" : "") + text;
};

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const points = { x: model.get("x"), y: model.get("y") };
  const [centre, reach] = [model.get("centre"), model.get("reach")];
  const view = centre.map((middle, i) => [middle - reach[i], middle + reach[i]]);
  const mostSteps = model.get("most_steps");
  const state = {
    kind: "mse",
    start: model.get("start"),
    rate: model.get("learning_rate"),
    steps: model.get("steps"),
  };
  let path = [];

  // The points and the line.
  const [xRange, yRange] = [range(points.x, 0.08), range(points.y, 0.3)];
  const rise = (yRange[1] - yRange[0]) / (xRange[1] - xRange[0]);
  const dataHeight = SIDE * Math.min(1, Math.max(0.5, rise));
  const data = chart(SIDE, dataHeight, xRange.map(short), yRange.map(short), "x", "y");
  const toData = (x, y) => [SIDE * share(xRange, x), dataHeight * (1 - share(yRange, y))];
  const line = svg("line", { class: "cnn-line-now" });
  data.content.append(...points.x.map((x, i) => {
    const [cx, cy] = toData(x, points.y[i]);
    return svg("circle", { cx, cy, r: points.x.length > 20 ? 4.5 : 6, class: "cnn-point" });
  }), line);
  data.picture.setAttribute("role", "img");

  // The surface and the path.
  const toSurface = ([slope, intercept]) => [SIDE * share(view[0], slope), SIDE * (1 - share(view[1], intercept))];
  const surface = chart(SIDE, SIDE, view[0].map(short), view[1].map(short), say.slope, say.intercept);
  const ground = h("canvas", { width: GRAIN, height: GRAIN, class: "cnn-ground" });
  const trail = svg("polyline", { class: "cnn-trail" });
  const dots = svg("g", { class: "cnn-dots" });
  const startMark = svg("circle", { r: 8, class: "cnn-start" });
  const nowMark = svg("circle", { r: 6, class: "cnn-now" });
  const [bestX, bestY] = toSurface(centre);
  surface.content.append(
    svg("path", { d: `M${bestX - 6} ${bestY - 6}l12 12m0-12l-12 12`, class: "cnn-best" }),
    trail, dots, startMark, nowMark);
  surface.picture.setAttribute("aria-hidden", "true");
  const board = h("div", { class: "cnn-board", tabindex: 0, role: "application", "aria-label": say.surfaceLabel },
    ground, surface.picture);

  const curve = h("div", {});
  const now = h("p", { class: "cnn-heading" });
  const change = h("p", { class: "cnn-note" });
  const updates = h("div", { class: "cnn-updates" });
  const spoken = h("p", { class: "cnn-spoken", "aria-live": "polite" });

  const update = oncePerFrame(() => {
    path = descend(points, state.kind, state.start, state.rate, state.steps);
    showLine();
    showPath();
    showCurve();
    showArithmetic();
  });

  function showLine() {
    const { at: [slope, intercept] } = path.at(-1);
    const ends = xRange.map((x) => toData(x, slope * x + intercept));
    // Far outside the picture one end is as good as another, and SVG takes no numbers like 1e300.
    const [[x1, y1], [x2, y2]] = ends.map(([x, y]) => [x, bounded(y)]);
    for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, value);
    data.picture.setAttribute("aria-label",
      fill(say.pointsLabel, { n: points.x.length, slope: write(slope), intercept: write(intercept) }));
  }

  function showPath() {
    const places = path.map(({ at }) => toSurface(at).map(bounded));
    trail.setAttribute("points", places.map((place) => place.join()).join(" "));
    dots.replaceChildren(...places.slice(1, -1).map(([cx, cy]) => svg("circle", { cx, cy, r: 3 })));
    for (const [mark, [cx, cy]] of [[startMark, places[0]], [nowMark, places.at(-1)]]) {
      mark.setAttribute("cx", cx);
      mark.setAttribute("cy", cy);
    }
  }

  function showGround() {
    const colours = colourScales(root);
    const values = [];
    for (let row = 0; row < GRAIN; row++) {
      for (let column = 0; column < GRAIN; column++) {
        const at = [lerp(view[0], (column + 0.5) / GRAIN), lerp(view[1], 1 - (row + 0.5) / GRAIN)];
        values.push(lossAndGradient(points, state.kind, at).loss);
      }
    }
    const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, 0]);
    // Equal steps of the squared error's root: bands as wide on the slopes as at the bottom.
    const height = (loss) => (state.kind === "mse" ? Math.sqrt((loss - low) / (high - low)) : (loss - low) / (high - low));
    paint(ground, values, (loss) => colours.ink(0.62 * Math.floor(BANDS * Math.min(0.999, height(loss))) / BANDS));
  }

  function showCurve() {
    const losses = path.map(({ loss }) => Math.max(loss, 1e-12));
    const scale = range(losses.map(Math.log10), 0.08);
    const picture = chart(CURVE.width, CURVE.height, ["0", mostSteps], scale.map((power) => short(10 ** power)), say.stepAxis);
    const places = losses.map((loss, i) =>
      [(CURVE.width * i) / mostSteps, CURVE.height * (1 - share(scale, Math.log10(loss)))]);
    const [cx, cy] = places.at(-1);
    picture.content.append(
      svg("polyline", { points: places.map((place) => place.join()).join(" "), class: "cnn-trail" }),
      svg("circle", { cx, cy, r: 5, class: "cnn-now" }));
    picture.picture.setAttribute("role", "img");
    picture.picture.setAttribute("aria-label", fill(say.curveLabel,
      { steps: path.length - 1, first: write(path[0].loss), last: write(path.at(-1).loss) }));
    curve.replaceChildren(picture.picture);
  }

  function showArithmetic() {
    const { at, loss, gradient } = path.at(-1);
    const before = path.at(-2)?.loss;
    now.textContent = fill(say.now, { step: path.length - 1, loss: write(loss) });
    change.textContent = before === undefined ? say.begin
      : fill(loss <= before ? say.fell : say.rose, { before: write(before) });
    change.classList.toggle("cnn-warn", loss > before);
    const texts = at.map((value, i) => writeUpdate(value, state.rate, gradient[i]));
    updates.replaceChildren(...[say.slope, say.intercept].map((name, i) =>
      h("p", {}, h("span", { class: "cnn-name" }, name), h("span", {}, texts[i]))));
    spoken.textContent = fill(say.spoken, { now: now.textContent, change: change.textContent,
      a: write(gradient[0]), b: write(gradient[1]), updateA: texts[0], updateB: texts[1] });
  }

  // Controls ----------------------------------------------------------------------------------

  const tellModel = () => {
    model.set("start", [...state.start]);
    model.set("learning_rate", state.rate);
    model.save_changes();
  };
  const steps = player(say, {
    move: (by) => {
      state.steps = Math.min(mostSteps, Math.max(0, Math.min(state.steps, path.length - 1) + by));
      update();
    },
    start: () => {
      if (state.steps >= mostSteps) state.steps = 0;
      update();
    },
    isAtEnd: () => state.steps >= mostSteps,
    beat: 350,
  });
  const losses = choice({
    label: say.loss,
    options: ["mse", "mae"].map((kind) => [kind, say[kind]]),
    value: state.kind,
    apply: (kind) => {
      state.kind = kind;
      showGround();
      update();
    },
  });
  const top = Math.log10(model.get("largest_rate"));
  const rates = slider({
    label: say.rate, min: top - 2.4, max: top, step: 0.02, value: Math.log10(state.rate),
    write: (exponent) => String(rateOf(exponent)),
    apply: (exponent) => {
      state.rate = rateOf(exponent);
      tellModel();
      update();
    },
  });

  moveOnGrid(board, {
    locate: (event) => placeUnder(event, ground, CELLS, CELLS).map(Math.round),
    moveTo: (row, column) => {
      steps.stop();
      const [r, c] = [row, column].map((cell) => Math.min(CELLS, Math.max(0, cell)));
      state.start = [lerp(view[0], c / CELLS), lerp(view[1], 1 - r / CELLS)];
      tellModel();
      update();
    },
    position: () => [
      Math.round(CELLS * (1 - share(view[1], state.start[1]))),
      Math.round(CELLS * share(view[0], state.start[0])),
    ],
    last: () => [CELLS, CELLS],
  });

  const root = widgetRoot("descend-loss", { language, title: say.title },
    h("div", { class: "cnn-tools" }, losses.element, rates.element, steps.element),
    h("div", { class: "cnn-panels" },
      h("div", {}, h("p", { class: "cnn-heading" }, say.surface), board,
        h("div", { class: "cnn-equation" }, now, change, h("p", { class: "cnn-note" }, say.next), updates)),
      h("div", {},
        h("p", { class: "cnn-heading" }, say.points), data.picture,
        h("p", { class: "cnn-heading cnn-second" }, say.curve), curve)),
    h("p", { class: "cnn-note cnn-keys" }, say.keys), spoken);
  el.append(root);

  showGround();
  update();
  const forgetTheme = onThemeChange(showGround);
  return () => {
    forgetTheme();
    update.cancel();
    steps.stop();
    root.remove();
  };
}

const bounded = (coordinate) => Math.min(1e6, Math.max(-1e6, coordinate));

export default { render };
