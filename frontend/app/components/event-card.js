import { h } from "../dom.js";
import { isOver } from "../format.js";
import { foreign } from "../original.js";
import { dateBadge, summary } from "./event-parts.js";
import { picture } from "./picture.js";

const SIZES = "(min-width: 60em) 24rem, 92vw";

/** An event in a grid: the whole card leads to it, its name is the link. @param {EventItem} event */
export const eventCard = (event) =>
  h("article", { class: `card${isOver(event) ? " is-over" : ""}`, lang: foreign(event) },
    h("div.card-media", event.cover && picture(event.cover, SIZES, { decorative: true }), dateBadge(event)),
    summary(event));
