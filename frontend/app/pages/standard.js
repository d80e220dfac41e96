import { blocks } from "../blocks.js";
import { h } from "../dom.js";
import { headOf } from "../head.js";
import { breadcrumb } from "../components/breadcrumb.js";
import { picture } from "../components/picture.js";

/** @type {Show<StandardPage>} */
export const view = async (page, site) => {
  const { cover } = page;
  return {
    head: headOf(page, site),
    node: h("article.standard.wrap",
      h("header", { class: cover ? "page-head has-cover" : "page-head" },
        h("div",
          breadcrumb(page.meta.parent, site),
          h("h1", { tabindex: -1 }, page.title),
          page.summary && h("p.lead", page.summary)),
        cover && h("div.page-cover", picture(cover, "(min-width: 56em) 36rem, 92vw", { eager: true, decorative: true }))),
      blocks(page.body ?? [])),
  };
};
