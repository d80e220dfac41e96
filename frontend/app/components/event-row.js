import { h } from "../dom.js";
import { isOver } from "../format.js";
import { foreign } from "../original.js";
import { dateBadge, summary } from "./event-parts.js";
import { picture } from "./picture.js";

const SIZES = "(min-width: 52em) 15rem, 1px";

/** An event in the long list. @param {EventItem} event */
export const eventRow = (event) =>
  h("article", { class: `card event-row${isOver(event) ? " is-over" : ""}`, lang: foreign(event) },
    dateBadge(event),
    summary(event),
    event.cover && h("div.card-media", picture(event.cover, SIZES, { decorative: true })));
