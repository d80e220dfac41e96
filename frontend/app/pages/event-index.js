import { api } from "../api.js";
import { isFiltered, listAddress, listQuery, PAGE_SIZE, readFilters } from "../event-query.js";
import { h, icon } from "../dom.js";
import { monthOf } from "../format.js";
import { headOf } from "../head.js";
import { locale, t } from "../language.js";
import { announce, go } from "../router.js";
import { breadcrumb } from "../components/breadcrumb.js";
import { eventRow } from "../components/event-row.js";
import { filterForm } from "../components/filter-form.js";

/** The filters stay while the results change, so that nobody loses their place. @type {Show<EventIndexPage>} */
export const view = async (page, site, url) => {
  const { path, parent } = page.meta;
  const results = h("div.results", { tabindex: -1 });
  const count = h("p.results-count", { role: "status" });
  const feed = h("details.feed", { ontoggle: offerFeed }, h("summary", icon("feed"), t.subscribe), h("div.feed-links"));
  const form = filterForm((wanted, isTyping) => go(listAddress(path, wanted), isTyping));
  let filters = readFilters(url.searchParams);
  let asked = new AbortController();

  /** @param {URL} address */
  async function show(address) {
    filters = readFilters(address.searchParams);
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    form.fill(filters);
    offerFeed();
    results.ariaBusy = "true";
    try {
      const { items, meta } = await api.get("/api/v2/events/", { query: { ...listQuery(filters), locale }, signal });
      count.textContent = t.found(meta.total_count);
      results.replaceChildren(...list(items, meta.total_count));
    } catch (error) {
      if (signal.aborted) return;
      const { failure } = await import("../components/states.js");
      count.textContent = "";
      results.replaceChildren(failure(error, () => show(address), "h2"));
    }
    results.ariaBusy = null;
  }

  /** Few ask for it. */
  async function offerFeed() {
    if (!feed.open) return;
    const { feedLinks } = await import("../components/feed.js");
    feed.lastElementChild?.replaceChildren(...feedLinks(filters));
  }

  /** @param {EventItem[]} items @param {number} total */
  function list(items, total) {
    if (!items.length) return [nothing(total)];
    const months = Object.entries(Object.groupBy(items, monthOf)).map(([month, events = []]) =>
      h("section.month", h("h2", month), h("ul.event-rows", events.map((event) => h("li", eventRow(event))))));
    return total > PAGE_SIZE ? [...months, pager(Math.ceil(total / PAGE_SIZE))] : months;
  }

  function nothing(total = 0) {
    const { when } = filters;
    const [text, label, wanted] = total
      ? [t.beyond, t.firstPage, { ...filters, page: 1 }]
      : isFiltered(filters)
        ? [t.noneText, t.clear, { when }]
        : when === "upcoming" ? [t.noneUpcoming, t.past, /** @type {const} */ ({ when: "past" })] : [];
    return h("div.empty",
      icon("calendar"),
      h("h2", t.noneTitle),
      text && h("p", text),
      wanted && h("a.button.button-quiet", { href: listAddress(path, wanted) }, label));
  }

  function pager(last = 1) {
    const { page } = filters;
    const link = (to = 1, rel = "", label = "") =>
      h("a.button.button-quiet", { rel, href: listAddress(path, { ...filters, page: to }) }, label);
    return h("nav.pager", { "aria-label": t.pages },
      page > 1 && link(page - 1, "prev", t.previous),
      h("span", t.pageOf(page, last)),
      page < last && link(page + 1, "next", t.next));
  }

  await show(url);
  return {
    head: headOf(page, site),
    node: h("div.event-index.wrap",
      h("header.page-head",
        breadcrumb(parent, site),
        h("h1", { tabindex: -1 }, page.title),
        page.summary && h("p.lead", page.summary)),
      form.node,
      h("div.results-head", count, feed),
      results),
    async update(address, isTraverse) {
      const before = filters.page;
      await show(address);
      if (isTraverse || filters.page === before) return;
      results.focus({ preventScroll: true });
      results.scrollIntoView();
      announce(t.page(filters.page));
    },
  };
};
