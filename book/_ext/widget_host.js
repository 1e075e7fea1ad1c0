// Runs the page's anywidgets without Jupyter: reads the widget state that the page embeds, imports
// each widget's own module and hands it the model and element that the Anywidget Front-end Module
// contract promises. A classic script, because modules cannot be loaded from file:// addresses.
(() => {
  "use strict";
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const WORDS = {
    en: "This interactive figure could not be started; reload the page, or open it in a current browser.",
    zh: "这幅交互图没能启动；请刷新页面，或换用较新的浏览器打开。",
  };

  /** What a widget's module sees of its trait values. No kernel listens to its changes here. */
  class Model {
    #state;
    #listeners = new Map();
    constructor(state) {
      this.#state = state;
    }
    get(name) {
      return this.#state[name];
    }
    set(name, value) {
      if (this.#state[name] === value) return;
      this.#state[name] = value;
      this.#emit(`change:${name}`, value);
      this.#emit("change");
    }
    save_changes() {}
    send() {}
    on(event, callback) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(callback);
    }
    off(event, callback) {
      for (const [name, callbacks] of this.#listeners) {
        if (event && event !== name) continue;
        if (callback) callbacks.delete(callback);
        else callbacks.clear();
      }
    }
    #emit(event, ...values) {
      for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(this, ...values);
    }
  }

  /** Put each buffer of the embedded state (base64) at its path, as the DataView that Jupyter gives. */
  function withBuffers({ state, buffers = [] }) {
    for (const { data, path } of buffers) {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const holder = path.slice(0, -1).reduce((value, key) => value[key], state);
      holder[path.at(-1)] = new DataView(bytes.buffer);
    }
    return state;
  }

  /** Remember the result of each distinct argument. */
  function once(compute) {
    const known = new Map();
    return (key) => known.get(key) ?? known.set(key, compute(key)).get(key);
  }

  const addStyle = once((css) => {
    const style = document.createElement("style");
    style.textContent = css;
    return document.head.appendChild(style);
  });

  const importText = once(async (text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    try {
      return await import(address);
    } finally {
      URL.revokeObjectURL(address);
    }
  });

  const context = {
    signal: new AbortController().signal,
    experimental: { invoke: () => Promise.reject(new Error("A static page has no kernel to ask.")) },
  };

  const embedded = once(() => JSON.parse(document.querySelector(STATE).textContent).state);

  /** The model and the module's { initialize, render } of one widget, initialized once. */
  const start = once(async (id) => {
    const state = withBuffers(embedded()[id]);
    if (!state._esm) throw new Error(`Widget ${id} is not an anywidget.`);
    if (state._css) addStyle(state._css);
    const module = await importText(state._esm);
    const exported = module.default ?? module;
    const widget = typeof exported === "function" ? await exported() : exported;
    const model = new Model(state);
    await widget.initialize?.({ model, ...context });
    return { model, widget };
  });

  async function mount(script) {
    const place = script.closest(".cnn-widget-host") ?? script.insertAdjacentElement("afterend", document.createElement("div"));
    const el = document.createElement("div");
    try {
      const { model, widget } = await start(JSON.parse(script.textContent).model_id);
      place.append(el);
      await widget.render?.({ model, el, ...context });
    } catch (error) {
      console.error(error);
      const message = document.createElement("p");
      message.className = "cnn-widget-error";
      message.setAttribute("role", "alert");
      message.textContent = WORDS[document.documentElement.lang.startsWith("zh") ? "zh" : "en"];
      el.remove();
      place.append(message);
    }
    place.classList.add("cnn-widget-live");
  }

  document.querySelectorAll(VIEW).forEach(mount);
})();
