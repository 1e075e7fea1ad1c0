// Draw a digit; the network that the page has trained classifies it while one draws.

import { placeUnder } from "./controls.js";
import { activations, readParameters, softmax } from "./network.js";
import { boundingBox, CELLS, FINENESS, INK, inkFromDigit, prepareLikeMnist, stroke } from "./preprocess.js";
import { arrow, followTheme, h, oncePerFrame, paint, widgetRoot } from "./drawing.js";
import { chooseLanguage, fill } from "./words.js";

export const words = {
  en: {
    title: "Draw a digit",
    pad: "Drawing pad, 28 by 28 cells",
    keys: "Draw with mouse, finger or pen. On the keyboard: arrow keys move, Space inks, Shift and an arrow draw a line, Delete clears.",
    clear: "Clear",
    erase: "Eraser",
    samples: "Or start from a real MNIST digit:",
    sample: "Load the MNIST digit {digit}",
    seen: "What the network sees",
    seenHow: "Cropped to the frame, its longer side scaled to 20, its centre of mass put on the cross: as MNIST was made.",
    seenLabel: "The drawing as the network sees it, 28 by 28 grey levels",
    probabilities: "What it answers",
    likely: "Looks like {article} {digit}, {percent} %",
    unsure: "Not sure: perhaps {article} {digit}, {percent} %",
    empty: "Nothing drawn yet",
    conv1: "Convolution 1: each 3 × 3 filter slides over the digit and leaves one map, {size}",
    pool1: "ReLU, then max pooling 2 × 2: negatives become 0, blocks keep their maximum, {size}",
    conv2: "Convolution 2: {maps} filters, each looking at all the maps above at once, {size}",
    pool2: "ReLU and max pooling again, {size}: these {count} numbers decide",
    stages: "Feature maps, stage by stage",
    maps: "{stage}: {maps} feature maps of {size}",
    filters: "The {maps} filters of the first convolution, 3 by 3 weights each",
    scale: "negative, zero, positive",
    negative: "negative",
    positive: "positive",
  },
  zh: {
    title: "手写一个数字",
    pad: "画板，28 × 28 格",
    keys: "用鼠标、手指或触控笔书写。键盘：方向键移动，空格落墨，Shift 加方向键连续画线，Delete 清空。",
    clear: "清空",
    erase: "橡皮",
    samples: "也可以从一个真实的 MNIST 数字开始：",
    sample: "载入一个 MNIST 数字 {digit}",
    seen: "网络看到的样子",
    seenHow: "按虚线框裁剪，长边缩放到 20 格，再把重心移到十字处：MNIST 就是这样制作的。",
    seenLabel: "网络看到的图像，28 × 28 个灰度值",
    probabilities: "网络的回答",
    likely: "看起来是 {digit}，把握 {percent} %",
    unsure: "拿不准，也许是 {digit}，把握 {percent} %",
    empty: "还没有落笔",
    conv1: "卷积 1：每个 3 × 3 卷积核滑过数字，各得一张特征图，{size}",
    pool1: "ReLU 之后做 2 × 2 最大池化：负值归零，每块只留最大值，{size}",
    conv2: "卷积 2：{maps} 个卷积核，每个都同时看上面所有的特征图，{size}",
    pool2: "再来一次 ReLU 和最大池化，{size}：最后由这 {count} 个数定出答案",
    stages: "逐层看特征图",
    maps: "{stage}：{maps} 张特征图，每张 {size}",
    filters: "第一层卷积的 {maps} 个卷积核，每个 3 × 3 个权重",
    scale: "负、零、正",
    negative: "负",
    positive: "正",
  },
};

const PEN = 1.15 * FINENESS; // radius of the pen: strokes come out as thick as MNIST's
const ERASER = 2 * FINENESS;
const SURE = 0.5; // below this probability the verdict says so
const STAGES = ["conv1", "pool1", "conv2", "pool2"];
const QUIET = 400; // milliseconds without a change before the verdict is read aloud

function render({ model, el }) {
  const language = chooseLanguage(model);
  const say = words[language];
  const parameters = readParameters(model.get("parameters"), model.get("shapes"));
  const samples = readSamples(model);

  const pad = makePad(say);
  const seen = makeSeen(say);
  const answer = makeAnswer(say);
  const stages = makeStages(say, parameters);
  const state = { ink: inkFromDigit(samples[0].digit), erase: false };
  let colours = null;
  let aloud = 0;

  const update = oncePerFrame(() => {
    const digit = prepareLikeMnist(state.ink);
    const result = activations(parameters, Array.from(digit, (grey) => grey / 255));
    const isEmpty = digit.every((grey) => grey === 0);
    pad.show(state.ink, colours);
    seen.show(digit, colours);
    answer.show(isEmpty ? null : softmax(result.logits));
    stages.show(result, colours);
    clearTimeout(aloud);
    aloud = setTimeout(() => {
      answer.readAloud();
      model.set("drawing", new DataView(digit.buffer));
      model.save_changes();
    }, QUIET);
  });
  const draw = (from, to) => {
    stroke(state.ink, from, to, state.erase ? ERASER : PEN, state.erase);
    update();
  };
  const replace = (ink) => {
    state.ink = ink;
    update();
  };
  const load = (sample) => replace(inkFromDigit(sample.digit));
  const clear = () => replace(new Float32Array(INK * INK));
  const setErase = (on) => {
    state.erase = on;
    eraser.setAttribute("aria-pressed", on);
  };

  const eraser = h("button", { type: "button", "aria-pressed": "false", onclick: () => setErase(!state.erase) }, say.erase);
  const tools = h("div", { class: "cnn-tools" },
    h("button", { type: "button", onclick: clear }, say.clear), eraser);
  const shelf = makeShelf(say, samples, load);
  pad.listen({ draw, clear });

  const root = widgetRoot("draw-digit", { language, title: say.title },
    h("div", { class: "cnn-top" },
      h("div", { class: "cnn-draw" }, h("p", { class: "cnn-heading" }, say.title), pad.element, tools),
      h("div", { class: "cnn-see" }, h("p", { class: "cnn-heading" }, say.seen), seen.element,
        h("p", { class: "cnn-note" }, say.seenHow)),
      answer.element),
    pad.help,
    shelf.element,
    stages.element);
  el.append(root);

  const forgetTheme = followTheme(root, (scales) => {
    colours = scales;
    shelf.show(colours);
    update();
  });
  return () => {
    forgetTheme();
    update.cancel();
    clearTimeout(aloud);
    root.remove();
  };
}

function readSamples(model) {
  const bytes = model.get("samples");
  return model.get("sample_labels").map((label, i) => ({
    label,
    digit: new Uint8Array(bytes.buffer, bytes.byteOffset + i * CELLS * CELLS, CELLS * CELLS),
  }));
}

/** The drawing pad: a canvas for the ink, and a frame that is the keyboard's cursor. */
function makePad(say) {
  const canvas = h("canvas", { width: INK, height: INK });
  const cursor = h("div", { class: "cnn-cursor" });
  const help = h("p", { class: "cnn-note" }, say.keys);
  help.id = `cnn-help-${Math.random().toString(36).slice(2)}`;
  const element = h("div", { class: "cnn-pad", tabindex: 0, role: "application", "aria-label": say.pad,
    "aria-describedby": help.id }, canvas, cursor);
  const at = { row: 14, column: 14 };
  const centre = () => [(at.row + 0.5) * FINENESS, (at.column + 0.5) * FINENESS];
  const moveCursor = () => {
    cursor.style.left = `${(100 * at.column) / CELLS}%`;
    cursor.style.top = `${(100 * at.row) / CELLS}%`;
  };
  moveCursor();

  function listen({ draw, clear }) {
    let last = null;
    const locate = (event) => placeUnder(event, canvas, INK, INK);
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      last = locate(event);
      draw(last, last);
    });
    element.addEventListener("pointermove", (event) => {
      if (!last) return;
      // A fast hand moves further than one event: the browser keeps the points in between.
      const events = event.getCoalescedEvents?.() ?? [];
      for (const point of events.length ? events : [event]) {
        const next = locate(point);
        draw(last, next);
        last = next;
      }
    });
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => (last = null));
    }
    element.addEventListener("keydown", (event) => {
      const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
      const step = steps[event.key];
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (step) {
        const from = centre();
        at.row = Math.min(CELLS - 1, Math.max(0, at.row + step[0]));
        at.column = Math.min(CELLS - 1, Math.max(0, at.column + step[1]));
        moveCursor();
        if (event.shiftKey) draw(from, centre());
      } else if (event.key === " ") draw(centre(), centre());
      else if (event.key === "Delete" || event.key === "Backspace") clear();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  const show = (ink, colours) => paint(canvas, ink, colours.ink);
  return { element, help, listen, show };
}

/** The 28x28 picture that goes into the network, with the digit's frame and the picture's centre. */
function makeSeen(say) {
  const canvas = h("canvas", { width: CELLS, height: CELLS, role: "img", "aria-label": say.seenLabel });
  const frame = h("div", { class: "cnn-frame" });
  const element = h("div", { class: "cnn-seen" }, canvas, frame, h("div", { class: "cnn-cross" }));
  const show = (digit, colours) => {
    paint(canvas, digit, (grey) => colours.ink(grey / 255));
    const box = boundingBox(digit, CELLS) ?? { top: 0, left: 0, height: 0, width: 0 };
    for (const [side, length] of Object.entries(box)) frame.style[side] = `${(100 * length) / CELLS}%`;
  };
  return { element, show };
}

/** The verdict in words and ten bars. */
function makeAnswer(say) {
  const verdict = h("p", { class: "cnn-verdict" });
  const spoken = h("p", { class: "cnn-spoken", "aria-live": "polite" });
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = h("span", { class: "cnn-bar" });
    const number = h("span", { class: "cnn-percent" });
    const row = h("li", {}, h("span", { class: "cnn-digit" }, String(digit)),
      h("span", { class: "cnn-track" }, bar), number);
    return { row, bar, number };
  });
  const element = h("div", { class: "cnn-answer" }, h("p", { class: "cnn-heading" }, say.probabilities),
    verdict, h("ol", { class: "cnn-bars", role: "list" }, ...rows.map(({ row }) => row)), spoken);

  function show(probabilities) {
    const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    rows.forEach(({ row, bar, number }, digit) => {
      const probability = probabilities ? probabilities[digit] : 0;
      bar.style.transform = `scaleX(${probability})`;
      number.textContent = probabilities ? `${(Math.floor(1000 * probability) / 10).toFixed(1)} %` : "–";
      row.classList.toggle("cnn-best", digit === best);
    });
    verdict.textContent = probabilities ? sentence(best, probabilities[best]) : say.empty;
  }
  function sentence(digit, probability) {
    return fill(probability < SURE ? say.unsure : say.likely, {
      digit,
      article: digit === 8 ? "an" : "a",
      percent: Math.floor(100 * probability),
    });
  }
  const readAloud = () => (spoken.textContent = verdict.textContent);
  return { element, show, readAloud };
}

/** Buttons with the sample digits. */
function makeShelf(say, samples, load) {
  const pictures = samples.map(() => h("canvas", { width: CELLS, height: CELLS, "aria-hidden": "true" }));
  const buttons = samples.map((sample, i) =>
    h("button", { type: "button", class: "cnn-sample", "aria-label": fill(say.sample, { digit: sample.label }),
      onclick: () => load(sample) }, pictures[i]));
  const element = h("div", { class: "cnn-shelf" }, h("p", { class: "cnn-note" }, say.samples),
    h("div", { class: "cnn-samples" }, ...buttons));
  const show = (colours) =>
    samples.forEach(({ digit }, i) => paint(pictures[i], digit, (grey) => colours.ink(grey / 255)));
  return { element, show };
}

/** One row of feature maps for each stage, the first with its filters above it. */
function makeStages(say, parameters) {
  const filters = parameters["conv1.weight"];
  const small = row("cnn-filters", filters.shape[0], 3, 3, fill(say.filters, { maps: filters.shape[0] }));
  const shown = activations(parameters, new Float32Array(CELLS * CELLS));
  const rows = STAGES.map((name) => {
    const [maps, height, width] = shown[name].shape;
    const size = `${height}\u00a0×\u00a0${width}`; // never broken over two lines
    const caption = fill(say[name], { maps, size, count: maps * height * width });
    const pictures = row(`cnn-maps cnn-${maps > 8 ? "many" : "few"}`, maps, height, width,
      fill(say.maps, { stage: name, maps, size }));
    return { name, caption, ...pictures };
  });
  const key = h("p", { class: "cnn-key", role: "img", "aria-label": say.scale }, say.negative,
    h("span", { class: "cnn-ramp" }), say.positive);
  const header = h("div", { class: "cnn-stages-header" }, h("p", { class: "cnn-heading" }, say.stages), key);
  const element = h("div", { class: "cnn-stages" }, header, ...rows.map(({ name, caption, element: maps }) =>
    h("div", { class: "cnn-stage" },
      h("p", { class: "cnn-caption" }, arrow("down"), h("span", {}, caption)),
      ...(name === "conv1" ? [small.element] : []), maps)));

  function show(result, colours) {
    small.show(filters, colours);
    for (const stage of rows) stage.show(result[stage.name], colours);
  }
  return { element, show };
}

/** A row of little pictures, one a channel, which share one colour scale. */
function row(kind, maps, height, width, label) {
  const pictures = Array.from({ length: maps }, () => h("canvas", { width, height, "aria-hidden": "true" }));
  const element = h("div", { class: kind, role: "img", "aria-label": label }, ...pictures);
  const show = ({ data }, colours) => {
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    pictures.forEach((picture, i) =>
      paint(picture, data.subarray(i * height * width, (i + 1) * height * width), (value) =>
        colours.signed(value / largest)));
  };
  return { element, show };
}

export default { render };
