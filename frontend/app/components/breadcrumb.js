import { h, icon } from "../dom.js";

/** The way up, except to the start page. @param {Page["meta"]["parent"]} parent @param {Site} site */
export const breadcrumb = (parent, site) =>
  parent &&
  !site.locales.some(({ path }) => path === parent.path) &&
  h("p.breadcrumb", h("a", { href: parent.path }, icon("back"), parent.title));
