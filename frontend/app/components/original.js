/** A page that is not translated yet. */
import { h } from "../dom.js";
import { inLanguage } from "../language.js";
import { style } from "../style.js";

const words = {
  en: "This page has not been translated yet. You are reading the original.",
  es: "Esta página aún no está traducida. Este es el texto original.",
};

await style("original");

/** The page in the language of its words, with a hint in the reader's. @param {string} lang @param {Node} node */
export const inOriginal = (lang, node) =>
  h("div", h("p.translation-hint.wrap", inLanguage(words)), h("div", { lang }, node));
