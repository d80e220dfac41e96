import { h } from "./dom.js";

/** Load a style sheet, once. @param {string} name */
export const style = (name) =>
  new Promise((done) => {
    const href = `/styles/${name}.css`;
    if (document.querySelector(`link[href="${href}"]`)) return done(null);
    // Without it the page is plain, but there.
    document.head.append(h("link", { rel: "stylesheet", href, onload: done, onerror: done }));
  });
