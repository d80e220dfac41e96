/** A draft as visitors would see it, for editors: in a frame, drawn anew for every change. */
import { api } from "../api.js";
import { h, icon } from "../dom.js";
import { showFrame, showPlace } from "../frame.js";
import { showHead } from "../head.js";
import { inLanguage, speak } from "../language.js";
import { main } from "../router.js";
import { siteIn } from "../site.js";
import { style } from "../style.js";
import { words } from "../text/preview.js";
import { eventCard } from "../components/event-card.js";
import { eventRow } from "../components/event-row.js";
import { testimonialCard } from "../components/testimonial.js";
import { viewOf } from "./index.js";

export async function startPreview() {
  document.documentElement.classList.add("is-preview");
  document.head.append(
    h("meta", { name: "robots", content: "noindex" }),
    h("meta", { name: "referrer", content: "no-referrer" }),
    // Whoever follows a link must not lose the draft.
    h("base", { target: "_blank" }));
  const params = new URLSearchParams(location.search);
  const place = scrollPlace(`preview ${params.get("token")}`);
  let drawing = draw(params);
  if (parent !== window)
    addEventListener("message", ({ source, data }) => {
      // One after the other, so that the last change is drawn last.
      if (source === parent && data?.type === "preview:refresh") drawing = drawing.then(() => draw(params));
    });
  await drawing;
  place.takeUp();
}

/** @param {URLSearchParams} params */
async function draw(params) {
  try {
    await show(params);
    for (const each of main.querySelectorAll(".form-place")) each.toggleAttribute("inert", true);
  } catch (error) {
    await explain(error);
  }
  // The panel of the form goes on showing what it had until this has something to show.
  if (parent !== window) parent.postMessage({ type: "preview:drawn", refreshes: true }, "*");
}

/** @param {URLSearchParams} params */
async function show(params) {
  const type = params.get("content_type") ?? "";
  const [draft] = await Promise.all([readDraft(type, params.get("token") ?? ""), style("preview"), style("states"), speak("en")]);
  const isFrame = type === "content.navigation";
  /** @type {Site} */
  const site = isFrame ? draft : await siteIn(draft.meta.locale);
  await speak(site.locale);
  document.documentElement.classList.toggle("is-frame-preview", isFrame);
  const { node, title } = isFrame ? nothing(site) : await draftView(type, params.get("mode"), draft, site);
  showHead({ title: `${inLanguage(words).draft}: ${title}`, isHidden: true }, site);
  showFrame(site);
  showPlace(site, draft.meta?.translations ? draft.meta : null, new URL(location.href));
  keepPictures(node);
  main.replaceChildren(node);
  document.querySelector(".ribbon")?.remove();
  const ribbon = h("p.ribbon", icon("file"), h("strong", inLanguage(words).draft), h("span", inLanguage(words).draftText));
  document.body.prepend(ribbon);
}

/** Those that are there already stay, or they would be seen to load again. @param {Node} node */
function keepPictures(node) {
  const loaded = new Map([...main.querySelectorAll("picture")].map((each) => [each.outerHTML, each]));
  for (const each of /** @type {Element} */ (node).querySelectorAll("picture")) {
    const same = loaded.get(each.outerHTML);
    if (same && loaded.delete(each.outerHTML)) each.replaceWith(same);
  }
}

/**
 * Never from the HTTP cache: the same address has another answer after each change.
 * @param {string} type @param {string} token @returns {Promise<any>} In the shape of the type's detail.
 */
const readDraft = (type, token) =>
  /** @type {any} */ (api).get("/api/v2/page_preview/", {
    query: { content_type: type, token }, cache: "no-store", referrerPolicy: "no-referrer",
  });

/** @param {string} type @param {string | null} mode @param {any} draft @param {Site} site @returns {Promise<{ node: Node, title: string }>} */
async function draftView(type, mode, draft, site) {
  if (type === "content.testimonial") return testimonialView(draft);
  if (mode === "card") return cardView(draft);
  const { node, head } = await viewOf(draft, site, new URL(draft.meta.path ?? "/", location.href));
  return { node, title: head.title };
}

/** @param {EventDetail} event @returns {Promise<{ node: Node, title: string }>} */
async function cardView(event) {
  await Promise.all([style("cards"), style("list")]);
  const cards = [h("div.grid", eventCard(event)), h("div.event-rows", eventRow(event))];
  return { title: event.title, node: h("div.wrap.preview-card", hiddenHeading(event.title), cards) };
}

/** @param {Testimonial} testimonial @returns {Promise<{ node: Node, title: string }>} */
async function testimonialView(testimonial) {
  const title = testimonial.author_name;
  await Promise.all([style("cards"), style("people"), style("home")]);
  const card = h("div.wrap.grid.grid-testimonials.preview-one", testimonialCard(testimonial));
  return { title, node: h("section.section.tinted", hiddenHeading(title), card) };
}

/** @param {string} text */
const hiddenHeading = (text) => h("h1.visually-hidden", text);

/** A page without a subject, for what is around it. @param {Site} site @returns {{ node: Node, title: string }} */
const nothing = ({ name, tagline }) => ({
  title: name,
  node: h("div.notice.wrap", h("h1", name), tagline && h("p.lead", tagline), h("div.bone"), h("div.bone")),
});

/** @param {ApiError} error */
async function explain(error) {
  if (error.status === undefined) console.error(error);
  await speak("en");
  const { failure } = await import("../components/states.js");
  const isOver = error.status === 404 || error.status === 400;
  main.replaceChildren(isOver ? ended() : failure(error, () => location.reload()));
  document.title = main.querySelector("h1")?.textContent ?? "";
}

/** In all languages of the interface: without the draft nobody knows which is right. */
const ended = () =>
  h("div.notice.wrap",
    Object.entries(words).map(([lang, { endedTitle, endedText }], index) =>
      h("div", { lang }, index ? h("h2", endedTitle) : h("h1", endedTitle), h("p.lead", endedText))));

/**
 * Keeps the place over reloads. The frame may have no size while it loads, and gets one when it is
 * swapped in; until the editor scrolls, the place is taken up again whenever the size changes.
 * @param {string} key
 */
function scrollPlace(key) {
  const wanted = Number(stored(key)) || 0;
  let isTaken = wanted === 0;
  const take = () => isTaken || scrollTo(0, wanted);
  for (const type of ["wheel", "touchmove", "keydown", "pointerdown"])
    addEventListener(type, () => (isTaken = true), { passive: true, once: true });
  addEventListener("scroll", () => isTaken && innerHeight > 0 && store(key, scrollY), { passive: true });
  return {
    takeUp() {
      take();
      new ResizeObserver(take).observe(document.documentElement);
      addEventListener("resize", take);
    },
  };
}

/** @param {string} key */
function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    // Storage is forbidden here: the page begins at its top, then.
    return null;
  }
}

/** @param {string} key @param {number} y */
function store(key, y) {
  try {
    sessionStorage.setItem(key, String(y));
  } catch {
    // As above.
  }
}
