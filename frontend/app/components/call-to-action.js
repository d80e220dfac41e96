import { h, icon } from "../dom.js";

/** @param {{ heading: string, text: string | null, label: string, url: string }} value */
export const callToAction = ({ heading, text, label, url }) =>
  h("section.call-to-action",
    h("div", h("h2", heading), text && h("p", text)),
    h("a.button.button-bright", { href: url }, label, icon("arrow")));
