import { h } from "../dom.js";
import { t } from "../language.js";

/** Grey shapes where text will be; named for screen readers. */
export const skeleton = () =>
  h("div.skeleton.wrap", { role: "status" },
    h("span.visually-hidden", t?.loading),
    document.getElementById("skeleton").content.cloneNode(true));
