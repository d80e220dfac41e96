import { h } from "../dom.js";
import { picture } from "./picture.js";

/** Somebody's face, or else the first letter of the name. @param {Image | null} photo @param {string} name */
export const portrait = (photo, name) =>
  photo
    ? picture(photo, "5rem", { decorative: true })
    : h("span.initial", { "aria-hidden": "true" }, name.slice(0, 1));
