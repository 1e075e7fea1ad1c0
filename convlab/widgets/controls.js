// What the widgets are steered with: choices, sliders, a player, and moving about on a grid.

import { h } from "./drawing.js";

/**
 * A labelled list to choose from. `options` are [value, text] pairs; `apply(value)` may return
 * false to refuse a choice. Returns the label and `show(value)`.
 */
export function choice({ label, options, value, apply }) {
  let chosen = String(value);
  const select = h("select", {
    "aria-label": label,
    onchange: () => {
      if (apply(select.value) === false) select.value = chosen;
      else chosen = select.value;
    },
  }, ...options.map(([name, text]) => h("option", { value: name }, text)));
  const show = (name) => {
    chosen = String(name);
    select.value = chosen;
  };
  show(value);
  return { element: h("label", {}, label, select), show };
}

/** A labelled slider with its value beside it. Returns the label and `show(value)`. */
export function slider({ label, min, max, step = 1, value, write = String, apply }) {
  const shown = h("output");
  const field = h("input", {
    type: "range", min, max, step,
    "aria-label": label,
    oninput: () => {
      tell();
      apply(Number(field.value));
    },
  });
  const tell = () => {
    shown.textContent = write(Number(field.value));
    field.setAttribute("aria-valuetext", shown.textContent);
  };
  const show = (number) => {
    field.value = String(number);
    tell();
  };
  show(value);
  return { element: h("label", {}, label, field, shown), show };
}

/**
 * Buttons to go back, play and go on. `say` holds the words back, play, pause and step.
 * `move(by)` takes one step; `start()` prepares for playing; `isAtEnd()` ends it.
 */
export function player(say, { move, start, isAtEnd, beat = 600 }) {
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    playButton.textContent = say.play;
  };
  const play = () => {
    if (timer) {
      stop();
      return;
    }
    start();
    playButton.textContent = say.pause;
    timer = setInterval(() => {
      move(1);
      if (isAtEnd()) stop();
    }, beat);
  };
  const go = (by) => () => {
    stop();
    move(by);
  };
  const playButton = h("button", { type: "button", class: "cnn-play", onclick: play }, say.play);
  const element = h("span", { class: "cnn-buttons" },
    h("button", { type: "button", onclick: go(-1) }, say.back), playButton,
    h("button", { type: "button", onclick: go(1) }, say.step));
  return { element, stop };
}

/** Where the pointer is on an element of so many rows and columns: [1.5, 0] is half down row 1. */
export function placeUnder(event, element, rows, columns) {
  const box = element.getBoundingClientRect();
  return [((event.clientY - box.top) / box.height) * rows, ((event.clientX - box.left) / box.width) * columns];
}

/**
 * Pointer and keyboard move about on a grid. `locate(event)` returns the [row, column] under the
 * pointer, `position()` where one is, `last()` the last place; `moveTo(row, column)` goes there.
 * With `hover`, a mouse moves without being pressed.
 */
export function moveOnGrid(element, { locate, moveTo, position, last, hover = false }) {
  let dragging = false;
  const follow = (event) => moveTo(...locate(event));
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragging = true;
    element.setPointerCapture(event.pointerId);
    follow(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (dragging || (hover && event.pointerType === "mouse")) follow(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    element.addEventListener(end, () => (dragging = false));
  }
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = position();
    const targets = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [0, 0],
      End: last(),
    };
    if (!targets[event.key]) return;
    moveTo(...targets[event.key]);
    event.preventDefault();
    event.stopPropagation();
  });
}
