// Which language a widget speaks, and how it fills the gaps of a sentence.

/** "zh" or "en": the trait `language` when set, otherwise the page's `lang`. */
export function chooseLanguage(model) {
  const wanted = model.get("language") || document.documentElement.lang || "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Replace each {name} of a sentence: fill("{n} maps", { n: 8 }) is "8 maps". */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (gap, name) => (name in values ? values[name] : gap));
}
